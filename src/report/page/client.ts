/** What the embedded Vega runtime offers; only what is used here. */
interface VegaRuntime {
  textMetrics: { width: unknown };
  Error: number;
  parse(spec: unknown, config: unknown, options: { ast: boolean }): unknown;
  View: new (runtime: unknown, options: Record<string, unknown>) => VegaView;
}
interface VegaView {
  initialize(element: Element, controls: Element | null): VegaView;
  hover(): VegaView;
  runAsync(): Promise<unknown>;
}
interface VegaExtras {
  expressionInterpreter: unknown;
  formatValue(value: unknown, ...rest: unknown[]): string;
  Handler: new (options: Record<string, unknown>) => { call: unknown };
}
interface ChartPayload {
  data: unknown[];
  wide: Record<string, unknown>;
  narrow?: Record<string, unknown>;
}
declare const vega: VegaRuntime;
declare const vegaExtras: VegaExtras;

/**
 * Runs before the page is painted, so that a reader's choice of theme does not flash. Sent to the page as source text,
 * like {@link client}: neither may refer to anything outside itself.
 */
export function boot(): void {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('whyconv-theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // storage may be refused to a page opened from disk: the system's theme holds
  }
}

/** Everything the page does once it is there; without it the page is complete but still. */
export function client(textWidth: unknown): void {
  const root = document.documentElement;
  const all = <T extends Element>(selector: string) => [...document.querySelectorAll<T>(selector)];
  const byId = (id: string) => document.getElementById(id);

  function toggleTheme(): void {
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    const next = (root.dataset.theme ?? system) === 'dark' ? 'light' : 'dark';
    root.dataset.theme = next;
    try {
      localStorage.setItem('whyconv-theme', next);
    } catch {
      // not kept, then
    }
  }

  function toggleCode(button: Element): void {
    const open = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(open));
    for (const fold of all<HTMLDetailsElement>('details.code')) fold.open = open;
  }

  /** Boxes that scroll sideways can be reached by keyboard, and only those. */
  function markScrollers(): void {
    for (const box of all<HTMLElement>('.table-wrap, .scrolls, pre')) {
      const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    }
  }

  /** Follows a link into a fold by opening it. */
  function openTarget(): void {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target?.closest('details'); fold; fold = fold.parentElement?.closest('details'))
      fold.open = true;
    if (target?.closest('details')) target.scrollIntoView();
  }

  /** By hand: scrollIntoView would also stop the page's own scrolling. */
  function keepInView(link: Element): void {
    const list = link.closest('nav');
    if (!list) return;
    const [box, frame] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
    if (box.top < frame.top) list.scrollTop -= frame.top - box.top + 20;
    if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom + 20;
  }

  function followReading(): void {
    const links = new Map(all('.sidebar .toc a').map((link) => [link.getAttribute('href')?.slice(1), link]));
    const headings = all<HTMLElement>('h2[id], h3[id]').filter((heading) => links.has(heading.id));
    let current: Element | undefined;
    const update = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
      const link = links.get((passed.at(-1) ?? headings[0])?.id);
      if (link === current) return;
      current?.removeAttribute('aria-current');
      link?.setAttribute('aria-current', 'true');
      if (link) keepInView(link);
      current = link;
    };
    let waiting = false;
    addEventListener(
      'scroll',
      () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          update();
        });
      },
      { passive: true },
    );
    update();
  }

  function download(button: HTMLElement): void {
    const payload = payloadOf(button.closest('figure, .output')?.querySelector('.chart') ?? null);
    if (!payload) return;
    const rows = payload.data.flat() as Record<string, unknown>[];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(rows, null, 1)], { type: 'application/json' }));
    link.download = `${button.dataset.name ?? 'data'}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** Parsed anew for each use: Vega marks the records it is given. */
  function payloadOf(chart: Element | null): ChartPayload | undefined {
    const text = chart?.querySelector('.chart-spec')?.textContent;
    return text ? (JSON.parse(text) as ChartPayload) : undefined;
  }

  function programFor(chart: Element, size: 'wide' | 'narrow'): Record<string, unknown> | undefined {
    const payload = payloadOf(chart);
    const program = payload?.[size];
    if (!payload || !program) return undefined;
    const configs = JSON.parse(byId('chart-configs')?.textContent ?? '[]') as unknown[];
    const sources = (program.data as Record<string, unknown>[] | undefined) ?? [];
    const data = sources.map((source) => {
      const values = source.values as { shared?: number } | undefined;
      return typeof values?.shared === 'number' ? { ...source, values: payload.data[values.shared] } : source;
    });
    return { ...program, data, config: configs[program.config as number] };
  }

  const refuse = (address: string) => Promise.reject(new Error(`a chart may not refer to ${address}`));
  const loader = {
    load: refuse,
    sanitize: (address: string, options?: { context?: string }) =>
      options?.context === 'image' && /^data:image\/(?:png|jpeg|gif|webp);base64,/.test(address)
        ? Promise.resolve({ href: address })
        : refuse(address),
  };

  /** Puts a live chart where the drawn one is, once it has the same picture to show. */
  async function animate(view: Element): Promise<void> {
    const chart = view.closest('.chart');
    const drawn = view.querySelector('svg');
    if (!chart || !drawn || view.hasAttribute('data-state')) return;
    view.setAttribute('data-state', 'loading');
    const holder = document.createElement('div');
    holder.className = 'chart-live';
    holder.setAttribute('aria-hidden', 'true'); // the image around it says what it shows
    try {
      const program = programFor(chart, view.classList.contains('chart-narrow') ? 'narrow' : 'wide');
      if (!program) return;
      const tooltip = new vegaExtras.Handler({
        disableDefaultStyle: true,
        formatTooltip: (value: unknown, ...rest: unknown[]) => {
          const plain = typeof value === 'object' && value !== null ? { ...value, image: undefined } : value;
          return vegaExtras.formatValue(plain, ...rest);
        },
      });
      const live = new vega.View(vega.parse(program, undefined, { ast: true }), {
        renderer: 'svg',
        loader,
        expr: vegaExtras.expressionInterpreter,
        tooltip: tooltip.call,
        logLevel: vega.Error,
      });
      view.append(holder);
      await live.initialize(holder, chart.querySelector('.chart-controls')).hover().runAsync();
      const svg = holder.querySelector('svg');
      if (!svg) throw new Error('nothing was drawn');
      for (const name of ['width', 'height']) svg.setAttribute(name, drawn.getAttribute(name) ?? '');
      drawn.remove();
      view.setAttribute('data-state', 'live');
    } catch (error) {
      holder.remove(); // the drawing stays
      view.setAttribute('data-state', 'failed');
      console.warn('A chart stays a still picture:', error);
    }
  }

  function animateCharts(): void {
    if (typeof vega === 'undefined') return;
    vega.textMetrics.width = textWidth;
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          observer.unobserve(entry.target);
          void animate(entry.target);
        }
      },
      { rootMargin: '200px' },
    );
    for (const view of all('.chart-view')) observer.observe(view);
  }

  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button[data-action]');
    if (button?.dataset.action === 'theme') toggleTheme();
    if (button?.dataset.action === 'code') toggleCode(button);
    if (button?.dataset.action === 'download') download(button);
  });
  document.addEventListener('toggle', markScrollers, true);
  addEventListener('resize', markScrollers);
  addEventListener('hashchange', openTarget);
  markScrollers();
  openTarget();
  followReading();
  animateCharts();
}
