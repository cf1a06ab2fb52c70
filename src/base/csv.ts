/**
 * Tables as one CSV text (RFC 4180): a header line with the columns of all of them, then the rows, with nothing where a row
 * lacks a column.
 */
export function toCsv(tables: readonly (readonly unknown[])[]): string {
  const rows = tables.flat().map((row) => (isRecord(row) ? row : { value: row }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => field(row[column])));
  return [columns.map(field), ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function field(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
