/** The width in pixels that stands for "as wide as the page" where there is no page. */
const CONTAINER_WIDTH = 640;

/**
 * Draws a Vega-Lite chart as SVG text.
 * @param theme a Vega-Lite `config`; what the spec's own config says goes before it
 * @throws Error if the spec is no Vega-Lite chart, or its data is not inline: nothing is loaded
 */
export async function renderSvg(spec: object, theme: object = {}): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { config = {}, width, ...rest } = spec as { config?: object; width?: unknown };
  const sized = width === undefined ? {} : { width: width === 'container' ? CONTAINER_WIDTH : width };
  const full = { ...rest, ...sized, config: vega.mergeConfig(theme, config) };
  const compiled = vegaLite.compile(full as Parameters<typeof vegaLite.compile>[0]);
  let refused: string | undefined;
  const loader = {
    ...vega.loader(),
    load: async (uri: string) => {
      refused = uri;
      throw new Error('nothing is loaded');
    },
  };
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', loader });
  try {
    const svg = await view.toSVG();
    // Vega itself draws an empty chart when data cannot be loaded.
    if (refused !== undefined) throw new Error(`a chart's data must be inline, not at ${refused}`);
    return svg;
  } finally {
    view.finalize();
  }
}
