/**
 * What cells of a notebook call: opening the study, and showing figures, tables and text in any front end. What is shown is made
 * elsewhere.
 */

export { banner, display, say } from './display.js';
export type { FigureOptions } from './figure.js';
export { figure } from './figure.js';
export { integer, meanPercent, orDash, percent, points, signedPoints } from './format.js';
export type { DisplayOptions, KernelHost } from './host.js';
export { kernelHost } from './host.js';
export { escapeMarkdown, inlineCode } from './markdown.js';
export type { Alignment, BannerInfo, FigureInfo, MimeBundle, TableColumn, TableInfo } from './mime.js';
export { MIME } from './mime.js';
export { openNotebook } from './open.js';
export { progressReporter } from './progress.js';
export { type Prediction, settled, show, type TableView, type View } from './show.js';
export type { TableCell, TableOptions, TableRow } from './table.js';
export { markdownTable, plainTable, table } from './table.js';
