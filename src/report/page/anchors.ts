/** "Where the parameters sit" to "where-the-parameters-sit"; letters of any script are kept. */
export function slugify(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return slug || 'section';
}

/** Hands out ids that are unique in the page, and stable as long as the text they are made of is. */
export class Anchors {
  readonly #taken = new Set<string>();

  claim(wanted: string): string {
    let id = wanted;
    for (let copy = 2; this.#taken.has(id); copy++) id = `${wanted}-${copy}`;
    this.#taken.add(id);
    return id;
  }

  has(id: string): boolean {
    return this.#taken.has(id);
  }
}

/** The anchor of a notebook: "03-parameters.ipynb" to "nb-03-parameters". */
export function notebookAnchor(file: string): string {
  return `nb-${slugify(file.replace(/\.ipynb$/i, ''))}`;
}

/** A heading for a notebook that has none: "03-parameter_arithmetic.ipynb" to "Parameter arithmetic". */
export function titleFromFile(file: string): string {
  const words = file
    .replace(/\.ipynb$/i, '')
    .replace(/^\d+[-_ ]*/, '')
    .replace(/[-_]+/g, ' ')
    .trim();
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : file;
}
