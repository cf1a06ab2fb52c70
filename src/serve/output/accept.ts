import { Refusal } from '../refusal.js';

/**
 * The first of the media types on offer that a request accepts best (RFC 9110, 12.5.1: a quality of 0 to 1 each, 1 unless
 * given; 0 means "not acceptable").
 *
 * @param offered the first one answers where anything will do
 * @throws Refusal (406)
 */
export function negotiate<T extends string>(accept: string | undefined, offered: readonly T[]): T {
  const wanted = (accept || '*/*').split(',').map((part, i) => {
    const [type = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) || 0, i };
  });
  wanted.sort((a, b) => b.quality - a.quality || a.i - b.i);
  for (const { type, quality } of wanted) {
    const found = offered.find((each) => quality > 0 && matches(each, type));
    if (found) return found;
  }
  throw new Refusal(406, `Accept: found ${accept?.slice(0, 100)}, expected one of ${offered.join(', ')}`);
}

const matches = (offered: string, type: string): boolean =>
  type === '*/*' || type === offered || (type.endsWith('/*') && offered.startsWith(type.slice(0, -1)));
