/** What the page holds of a chart, next to its drawing. */
interface ChartPayload {
  /** The chart's tables; programs refer to them by index. */
  readonly data: readonly (readonly unknown[])[];
  /** Vega programs, for the column of text and for a phone. */
  readonly wide: Program;
  readonly narrow?: Program;
}
type Program = Readonly<Record<string, unknown>>;

/** The chart's tables, parsed again on each call: Vega marks the records it is given. */
export function chartTables(chart: Element): ChartPayload['data'] {
  return payloadOf(chart)?.data ?? [];
}

/** The Vega program of a chart, whole: its data and the page's shared configs are put back in. */
export function chartProgram(chart: Element, size: 'wide' | 'narrow'): Program | undefined {
  const payload = payloadOf(chart);
  const program = payload?.[size];
  if (!payload || !program) return undefined;
  const configs = JSON.parse(document.getElementById('chart-configs')?.textContent ?? '[]') as unknown[];
  const sources = (program.data as Record<string, unknown>[] | undefined) ?? [];
  const data = sources.map((source) => {
    const values = source.values as { shared?: number } | undefined;
    return typeof values?.shared === 'number' ? { ...source, values: payload.data[values.shared] } : source;
  });
  return { ...program, data, config: configs[program.config as number] };
}

function payloadOf(chart: Element): ChartPayload | undefined {
  const text = chart.querySelector('.chart-spec')?.textContent;
  return text ? (JSON.parse(text) as ChartPayload) : undefined;
}
