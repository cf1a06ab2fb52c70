import { type ChartSpec, chartTheme } from '../../src/charts/index.js';

/** A drawn datum: what Vega put where, and what its tooltip says. */
export interface DrawnMark {
  readonly mark: 'rect' | 'symbol' | 'rule' | 'text' | 'line';
  readonly datum: Readonly<Record<string, unknown>>;
  /** Both ends of bars and rules; pixels within the plot. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly color: string;
  readonly shape: string | undefined;
  readonly text: string | undefined;
  readonly tooltip: Readonly<Record<string, string>> | string | undefined;
}

export interface Drawing {
  readonly svg: string;
  /** Warnings and errors of Vega-Lite and Vega. */
  readonly complaints: readonly string[];
  /** Of the data, without axes and legends; a line is one mark, with its first datum. */
  readonly marks: readonly DrawnMark[];
  /** The plot without axes and legends, in pixels. */
  readonly plot: { readonly width: number; readonly height: number };
  /** The whole drawing with axes and legends, in pixels. */
  readonly extent: number;
  readonly axes: readonly { readonly title: string; readonly labels: readonly string[] }[];
  readonly legendLabels: readonly string[];
}

interface SceneItem {
  readonly items?: readonly SceneMark[];
  readonly datum: Readonly<Record<string, unknown>>;
  readonly orient?: string;
  readonly [channel: string]: unknown;
}

interface SceneMark {
  readonly marktype: DrawnMark['mark'] | 'group';
  readonly role?: string;
  readonly items: readonly SceneItem[];
}

/** Compiles and draws a chart headlessly. */
export async function draw(spec: ChartSpec): Promise<Drawing> {
  const { compile } = await import('vega-lite');
  const vega = await import('vega');
  const complaints: string[] = [];
  const complain = (...parts: unknown[]) => {
    complaints.push(parts.join(' '));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: complain,
    warn: complain,
    info: () => logger,
    debug: () => logger,
  } as unknown as import('vega').LoggerInterface;
  // A copy, as a page gets one: Vega marks the rows it has read.
  const copy = JSON.parse(JSON.stringify(spec)) as ChartSpec;
  const input = { ...copy, config: chartTheme('light') } as unknown as Parameters<typeof compile>[0];
  const view = new vega.View(vega.parse(compile(input, { logger }).spec), { renderer: 'none', logger });
  try {
    const svg = await view.toSVG();
    const { root } = view.scenegraph() as unknown as {
      root: SceneMark & { bounds: { x1: number; x2: number } };
    };
    const extent = root.bounds.x2 - root.bounds.x1;
    const texts = (role: string, from: SceneMark = root) =>
      marksOf(from)
        .filter((mark) => mark.role === role)
        .flatMap(({ items }) => items.map(({ text }) => String(text)));
    const axes = marksOf(root)
      .filter(({ role }) => role === 'axis')
      .map((axis) => ({ title: texts('axis-title', axis).join(''), labels: texts('axis-label', axis) }))
      .filter(({ labels }) => labels.length > 0);
    const plot = { width: view.signal('width') as number, height: view.signal('height') as number };
    const marks = marksOf(root)
      .filter(({ role, marktype }) => role === 'mark' && marktype !== 'group')
      .flatMap(drawnMarks);
    return { svg, complaints, marks, plot, extent, axes, legendLabels: texts('legend-label') };
  } finally {
    view.finalize();
  }
}

/** A mark and all marks inside it. */
function marksOf(mark: SceneMark): SceneMark[] {
  return [mark, ...mark.items.flatMap(({ items = [] }) => items.flatMap(marksOf))];
}

function drawnMarks({ marktype, items }: SceneMark): DrawnMark[] {
  const drawn = items.map((item): DrawnMark => {
    const number = (channel: string) => (item[channel] as number | undefined) ?? 0;
    const [x, y] = [number('x'), number('y')];
    const isRect = marktype === 'rect';
    return {
      mark: marktype as DrawnMark['mark'],
      datum: item.datum,
      x: isRect ? [x, x + number('width')] : marktype === 'rule' ? [x, (item.x2 as number) ?? x] : [x],
      y: isRect ? [y, y + number('height')] : marktype === 'rule' ? [y, (item.y2 as number) ?? y] : [y],
      color: String(marktype === 'line' || marktype === 'rule' ? item.stroke : item.fill),
      shape: item.shape as string | undefined,
      text: item.text === undefined ? undefined : String(item.text),
      tooltip: item.tooltip as DrawnMark['tooltip'],
    };
  });
  if (marktype !== 'line') return drawn;
  const [first] = drawn;
  return first ? [{ ...first, x: drawn.flatMap(({ x }) => x), y: drawn.flatMap(({ y }) => y) }] : [];
}
