/** What a mention refers to, as a copy for its preview: nothing in it has an id or can be focused. */
export function previewOf(link: HTMLElement): DocumentFragment | undefined {
  const target = document.getElementById(decodeURIComponent(link.getAttribute('href')?.slice(1) ?? ''));
  if (!target) return undefined;
  const content = document.createDocumentFragment();
  if (target instanceof HTMLTableRowElement) content.append(...rowContent(target));
  else {
    const caption = target.querySelector('figcaption');
    const picture = shownPicture(target);
    if (picture) content.append(inert(picture));
    if (caption) content.append(...inert(caption).childNodes);
  }
  return content.hasChildNodes() ? content : undefined;
}

/** A term and what its table says of it, in the columns that define it. */
function rowContent(row: HTMLTableRowElement): Element[] {
  const term = document.createElement('p');
  const name = document.createElement('strong');
  name.textContent = row.cells[0]?.textContent ?? '';
  term.append(name);
  const list = document.createElement('dl');
  for (const cell of row.querySelectorAll<HTMLElement>('[data-defines]')) {
    const label = document.createElement('dt');
    label.textContent = cell.dataset.defines ?? '';
    const text = document.createElement('dd');
    text.append(...inert(cell).childNodes);
    list.append(label, text);
  }
  return [term, list];
}

function shownPicture(target: Element): Element | undefined {
  const pictures = [...target.querySelectorAll('.chart-view svg, .drawing svg, .picture img')];
  return pictures.find((picture) => picture.getClientRects().length > 0);
}

function inert(element: Element): Element {
  const copy = element.cloneNode(true) as Element;
  for (const part of [copy, ...copy.querySelectorAll('*')]) part.removeAttribute('id');
  for (const link of copy.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  return copy;
}
