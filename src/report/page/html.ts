export { escapeMarkup as escapeHtml } from '../../base/escape.js';

/** JSON that cannot end the `<script type="application/json">` it stands in. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** "12,345" */
export function groupDigits(value: number): string {
  return value.toLocaleString('en-US');
}

/** "1 row", "12,345 rows". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${groupDigits(count)} ${count === 1 ? singular : plural}`;
}
