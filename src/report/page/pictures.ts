import { escapeHtml } from './html.js';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The size a picture asks for in its output's metadata; pixels. */
export interface PictureSize {
  readonly width?: number;
  readonly height?: number;
}

/**
 * A base64 picture as an `<img>` that needs no request. PNGs carry their size in the markup, so that nothing moves when
 * they are decoded; small pictures that are enlarged keep their pixels sharp.
 * @throws Error if the data is not base64.
 */
export function pictureHtml(type: string, data: unknown, alt: string, asked: PictureSize = {}): string {
  const base64 = typeof data === 'string' ? data.replace(/\s+/g, '') : '';
  if (!BASE64.test(base64)) throw new Error(`the ${type} output is not base64`);
  const own = type === 'image/png' ? pngSize(base64) : undefined;
  const ratio = own ? own.height / own.width : undefined;
  const width = asked.width ?? (asked.height && ratio ? asked.height / ratio : own?.width);
  const height = asked.height ?? (width && ratio ? width * ratio : own?.height);
  const size = width && height ? ` width="${Math.round(width)}" height="${Math.round(height)}"` : '';
  const sharp = own && width && width > own.width * 1.5 ? ' class="pixelated"' : '';
  return `<img src="data:${type};base64,${base64}" alt="${escapeHtml(alt)}"${size}${sharp}>`;
}

/** Width and height from the IHDR chunk, which always comes first. */
function pngSize(base64: string): { width: number; height: number } | undefined {
  const head = Buffer.from(base64.slice(0, 64), 'base64');
  if (head.length < 24 || head.toString('latin1', 1, 4) !== 'PNG') return undefined;
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
  return width > 0 && height > 0 ? { width, height } : undefined;
}
