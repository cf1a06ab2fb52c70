/** The width in pixels that stands for "as wide as the page" where there is no page. */
const CONTAINER_WIDTH = 640;

/**
 * Draws a Vega-Lite chart as SVG text. Data must be inline: nothing is loaded.
 * @param theme a Vega-Lite `config`; what the spec's own config says goes before it
 */
export async function renderSvg(spec: object, theme: object = {}): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { config = {}, width, ...rest } = spec as { config?: object; width?: unknown };
  const sized = width === undefined ? {} : { width: width === 'container' ? CONTAINER_WIDTH : width };
  const full = { ...rest, ...sized, config: vega.mergeConfig(theme, config) };
  const compiled = vegaLite.compile(full as Parameters<typeof vegaLite.compile>[0]);
  const loader = {
    ...vega.loader(),
    load: async (uri: string) => {
      throw new Error(`a chart's data must be inline, not at ${uri}`);
    },
  };
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', loader });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
