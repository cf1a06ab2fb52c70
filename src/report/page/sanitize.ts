import sanitizeHtml from 'sanitize-html';

/** Tags of running text, which can neither run nor load anything. */
export const TEXT_TAGS = [
  ...['p', 'div', 'span', 'br', 'hr', 'pre', 'code', 'kbd', 'samp', 'var', 'blockquote', 'q', 'cite'],
  ...['b', 'strong', 'i', 'em', 'u', 's', 'small', 'sub', 'sup', 'mark', 'abbr', 'time', 'del', 'ins'],
  ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'figure', 'figcaption', 'details', 'summary', 'a', 'img'],
  ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];

const SVG_TAGS = [
  ...['svg', 'g', 'defs', 'symbol', 'title', 'desc', 'path', 'rect', 'circle', 'ellipse', 'line'],
  ...['polyline', 'polygon', 'text', 'tspan', 'lineargradient', 'radialgradient', 'stop', 'clippath'],
  ...['marker', 'pattern', 'use', 'image'],
];

const SVG_ATTRIBUTES = [
  ...['id', 'width', 'height', 'viewbox', 'preserveaspectratio', 'xmlns', 'role', 'aria-label'],
  ...[
    'aria-hidden',
    'x',
    'y',
    'x1',
    'y1',
    'x2',
    'y2',
    'cx',
    'cy',
    'r',
    'rx',
    'ry',
    'fx',
    'fy',
    'dx',
    'dy',
    'd',
  ],
  ...['points', 'transform', 'fill', 'stroke', 'opacity', 'color', 'offset', 'rotate', 'textlength'],
  ...['fill-opacity', 'fill-rule', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-dashoffset'],
  ...['stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit', 'vector-effect', 'shape-rendering'],
  ...['font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor', 'dominant-baseline'],
  ...['alignment-baseline', 'letter-spacing', 'clip-path', 'clip-rule', 'clippathunits', 'gradientunits'],
  ...[
    'gradienttransform',
    'stop-color',
    'stop-opacity',
    'marker-start',
    'marker-mid',
    'marker-end',
    'orient',
  ],
  ...['markerwidth', 'markerheight', 'markerunits', 'refx', 'refy', 'patternunits', 'patterntransform'],
  ...['href', 'xlink:href', 'image-rendering', 'paint-order', 'visibility', 'display'],
];

/** Properties that say how a thing looks where it is; none that moves it, covers others or loads something. */
const LOOKS = [
  ...[
    'color',
    'background-color',
    'opacity',
    'visibility',
    'caption-side',
    'vertical-align',
    'list-style-type',
  ],
  ...['border', 'border-top', 'border-right', 'border-bottom', 'border-left', 'border-color', 'border-style'],
  ...['border-width', 'border-radius', 'border-collapse', 'border-spacing', 'padding', 'padding-top'],
  ...['padding-right', 'padding-bottom', 'padding-left', 'width', 'height', 'max-width', 'min-width'],
  ...['text-align', 'text-decoration', 'text-indent', 'text-transform', 'line-height', 'letter-spacing'],
  ...['font', 'font-family', 'font-size', 'font-style', 'font-weight', 'font-variant', 'white-space'],
  ...['fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray'],
  ...['stroke-linecap', 'stroke-linejoin', 'stop-color', 'stop-opacity', 'text-anchor', 'dominant-baseline'],
];
/** Keywords, numbers, colors and names of fonts; no other function, which might load something, and no escape, which could spell one. */
const HARMLESS = /^(?:[\w\s#.,%'"+/-]|(?:rgba?|hsla?)\([\d\s.,%/]*\)){1,200}$/i;

const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;
const WEB_LINK = /^(?:https?:|mailto:)/i;
// An SVG paint may name a color, a custom property or an element of the same drawing, never a resource; a
// backslash could spell url( in another way.
const LOCAL_URL = /url\(\s*(['"]?)#([\w.:-]+)\1\s*\)/g;
const PROSE = new Set(['title', 'alt', 'aria-label']);
const SUSPECT = /url\s*\((?!#)|\\/i;

/**
 * HTML or SVG of a cell as markup that can neither run code, load anything, nor reach the page's own ids and styles.
 *
 * Threat model: the notebook may be someone else's. Executing it runs its code with the rights of whoever does, which nothing
 * here can change; but its page may be passed on to readers, and opening it must not run, load or send anything, nor
 * pass off a cell's output as a part of the report. This is the first line of defense, the page's policy (csp.ts) the second.
 *
 * @param scope Put before every id, so that two drawings that both define "clip0" do not clash.
 */
export function sanitizeMarkup(markup: string, scope: string): string {
  const safe = sanitizeHtml(markup, {
    allowedTags: [...TEXT_TAGS, ...SVG_TAGS],
    allowedAttributes: {
      ...Object.fromEntries(SVG_TAGS.map((tag) => [tag, SVG_ATTRIBUTES])),
      '*': ['title', 'dir', 'lang', 'style', 'role', 'aria-label', 'aria-hidden'],
      a: ['href', 'rel'],
      img: ['src', 'alt', 'width', 'height'],
      td: ['colspan', 'rowspan', 'align'],
      th: ['colspan', 'rowspan', 'align', 'scope'],
      col: ['span'],
      ol: ['start', 'type'],
      details: ['open'],
    },
    allowedStyles: { '*': Object.fromEntries(LOOKS.map((property) => [property, [HARMLESS]])) },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['data'], image: ['data'] },
    allowProtocolRelative: false,
    transformTags: {
      '*': (tagName, attribs) => ({ tagName, attribs: checkAttributes(tagName, attribs, scope) }),
    },
    exclusiveFilter: ({ tag, attribs }) =>
      (tag === 'img' && !attribs.src) || ((tag === 'image' || tag === 'use') && !attribs.href),
  });
  return safe.replaceAll('<table', '<div class="table-wrap"><table').replaceAll('</table>', '</table></div>');
}

function checkAttributes(
  tag: string,
  attributes: sanitizeHtml.Attributes,
  scope: string,
): sanitizeHtml.Attributes {
  const kept: sanitizeHtml.Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'href' || name === 'xlink:href' || name === 'src') {
      const link = checkLink(tag, value, scope);
      if (link !== undefined) kept[name === 'src' ? 'src' : 'href'] = link;
    } else if (name === 'id') kept[name] = `${scope}-${plainId(value)}`;
    else if (name === 'role' && value !== 'img') continue;
    else {
      const local = value.replace(LOCAL_URL, (_, _quote, id: string) => `url(#${scope}-${plainId(id)})`);
      if (!SUSPECT.test(local) || PROSE.has(name)) kept[name] = local;
    }
  }
  if (tag === 'a') kept.rel = 'noopener noreferrer';
  if (tag === 'img') kept.alt ??= '';
  return kept;
}

function plainId(id: string): string {
  return id.trim().replace(/[^\w-]/g, '_');
}

function checkLink(tag: string, value: string, scope: string): string | undefined {
  const link = value.trim();
  if (tag === 'img' || tag === 'image') return DATA_IMAGE.test(link) ? link : undefined;
  if (tag === 'use') return link.startsWith('#') ? `#${scope}-${plainId(link.slice(1))}` : undefined;
  return tag === 'a' && WEB_LINK.test(link) ? link : undefined;
}
