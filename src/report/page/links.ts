import { notebookAnchor, slugify } from './anchors.js';

const WEB = /^(?:https?:\/\/|mailto:)/i;
const NOTEBOOK_LINK = /^(?:\.\/)?([^/#?]+\.ipynb)(?:#(.*))?$/i;
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

/** What the links of one notebook can point to. */
export interface LinkScope {
  /** The notebook the link stands in. */
  readonly file: string;
  /** All notebooks of the report. */
  readonly files: ReadonlySet<string>;
  /** Whether the page has this anchor. */
  readonly hasAnchor: (id: string) => boolean;
}

/**
 * Where a link of a notebook leads in the page: web and mail addresses stay, other notebooks and headings become
 * anchors. Undefined for anything else, whose text then stands without a link: paths relative to a notebook do not
 * exist relative to the report.
 */
export function resolveLink(href: string, scope: LinkScope): string | undefined {
  if (WEB.test(href)) return href;
  if (href.startsWith('#')) return headingLink(scope.file, href.slice(1), scope);
  const match = NOTEBOOK_LINK.exec(href);
  if (!match) return undefined;
  const file = decode(match[1]!);
  return scope.files.has(file) ? headingLink(file, match[2] ?? '', scope) : undefined;
}

/** The source of an image, if it is one that needs no request. */
export function resolveImage(src: string, attachments: unknown): string | undefined {
  if (DATA_IMAGE.test(src)) return src;
  if (!src.startsWith('attachment:') || !isRecord(attachments)) return undefined;
  const bundle = attachments[decode(src.slice('attachment:'.length))];
  if (!isRecord(bundle)) return undefined;
  for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    const data = bundle[type];
    if (typeof data === 'string') return `data:${type};base64,${data.replace(/\s+/g, '')}`;
  }
  return undefined;
}

/** Jupyter's anchors are the heading with "-" for spaces; the page's are slugs below the notebook's anchor. */
function headingLink(file: string, fragment: string, scope: LinkScope): string | undefined {
  if (fragment !== '' && scope.hasAnchor(fragment)) return `#${fragment}`;
  if (!scope.files.has(file)) return undefined;
  const chapter = notebookAnchor(file);
  const section = `${chapter}--${slugify(decode(fragment))}`;
  return fragment !== '' && scope.hasAnchor(section) ? `#${section}` : `#${chapter}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
