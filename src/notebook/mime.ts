/**
 * The contract between what a cell shows and how the report renders it. A front end that does not know the `whyconv`
 * types falls back to the other entries of the same MIME bundle.
 */
export const MIME = {
  /** A Vega-Lite spec (object). */
  vegaLite: 'application/vnd.vegalite.v5+json',
  svg: 'image/svg+xml',
  /** base64 */
  png: 'image/png',
  markdown: 'text/markdown',
  html: 'text/html',
  plain: 'text/plain',
  /**
   * {@link FigureInfo}, next to the picture or chart it describes. A second output follows with the caption as Markdown,
   * for front ends that do not know this type; its info says `captionOnly`, and the report leaves that output out.
   */
  figure: 'application/vnd.whyconv.figure+json',
  /** A `PlayFigure`, next to its still: the report's page brings it to life with its own script. */
  play: 'application/vnd.whyconv.play+json',
  /** {@link TableInfo}: the table as data, which the report numbers and sets; next to it the same as Markdown or HTML. */
  table: 'application/vnd.whyconv.table+json',
  /** {@link Progress}: for the progress line of a headless run; never kept in an executed notebook. */
  progress: 'application/vnd.whyconv.progress+json',
  /** {@link BannerInfo}: what the reader must know before any number; shown at the top of the report. */
  banner: 'application/vnd.whyconv.banner+json',
} as const;

export interface FigureInfo {
  /** The question the figure answers and its reading; Markdown. */
  readonly caption: string;
  /** What a reader who cannot see it should know; plain text. */
  readonly alt: string;
  /** Names the figure for links: `[Figure](#label)`. */
  readonly label?: string;
  /** The output holds no picture: it repeats the caption of the figure before it. */
  readonly captionOnly?: true;
}

/** Of a column of a table. */
export type Alignment = 'left' | 'right' | 'center';

/** A column of a table as it is shown. */
export interface TableColumn {
  /** Its heading. */
  readonly name: string;
  /** What this column and its neighbors have in common: a heading over all of them. */
  readonly group?: string;
  /** Of its cells. */
  readonly align: Alignment;
}

/** Texts are inline Markdown. */
export interface TableInfo {
  /** Markdown. */
  readonly caption?: string;
  /** Names the table for links: `[Table](#label)`. */
  readonly label?: string;
  readonly columns: readonly TableColumn[];
  /** One cell per column. */
  readonly rows: readonly (readonly string[])[];
  /** The first column holds terms that text may mention; these columns, by name, say what they mean. */
  readonly defines?: readonly string[];
}

export interface BannerInfo {
  readonly level: 'info' | 'warning';
  /** Markdown, one or two sentences. */
  readonly text: string;
}

/** Data by MIME type, as in a notebook's `display_data` output. */
export type MimeBundle = Readonly<Record<string, unknown>>;
