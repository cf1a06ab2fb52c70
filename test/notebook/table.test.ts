import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MIME, markdownTable, type TableInfo, type TableRow, table } from '../../src/notebook/index.js';
import { tableInfo } from '../../src/notebook/table.js';
import { standaloneTable } from '../../src/notebook/table-html.js';
import { shownBy } from './fake-host.js';

const GROUPED: TableRow[] = [
  { model: 'small', test: { measured: '61.0 %', published: '60.9 %' }, time: 4 },
  { model: 'mine', test: '–', time: 5 },
];

test('a record in place of a cell is a group of columns, and a plain cell under its name stands in each of them', () => {
  assert.deepEqual(tableInfo(GROUPED, { caption: 'C.', label: 'l', defines: ['time'] }), {
    caption: 'C.',
    label: 'l',
    defines: ['time'],
    columns: [
      { name: 'model', align: 'left' },
      { group: 'test', name: 'measured', align: 'right' },
      { group: 'test', name: 'published', align: 'right' },
      { name: 'time', align: 'right' },
    ],
    rows: [
      ['small', '61.0 %', '60.9 %', '4'],
      ['mine', '–', '–', '5'],
    ],
  });
});

test('the columns of a group stay together, those that only later rows have as well', () => {
  const { columns } = tableInfo([
    { a: { x: 1 }, b: 2 },
    { b: 3, a: { y: 4, x: 5 } },
  ]);
  assert.deepEqual(
    columns.map(({ group, name }) => [group, name]),
    [
      ['a', 'x'],
      ['a', 'y'],
      [undefined, 'b'],
    ],
  );
});

test('an alignment can be asked for a column, and for all columns of a group', () => {
  const { columns } = tableInfo(GROUPED, { align: { test: 'center', published: 'left' } });
  assert.deepEqual(
    columns.map(({ align }) => align),
    ['left', 'center', 'left', 'right'],
  );
});

test('front ends without grouped columns see the group in front of the column', () => {
  assert.equal(
    markdownTable(GROUPED),
    '| model | test: measured | test: published | time |\n| :--- | ---: | ---: | ---: |\n' +
      '| small | 61.0 % | 60.9 % | 4 |\n| mine | – | – | 5 |',
  );
});

test('a table is shown as data and as Markdown, and as HTML only where its columns are grouped', async () => {
  const [plain, grouped] = await shownBy(false, () => {
    table([{ n: 1 }]);
    table(GROUPED);
  });
  assert.deepEqual(Object.keys(plain!.data), [MIME.table, MIME.markdown, MIME.plain]);
  assert.deepEqual(Object.keys(grouped!.data), [MIME.table, MIME.html, MIME.markdown, MIME.plain]);
  assert.deepEqual(grouped!.data[MIME.table], tableInfo(GROUPED));
  const [empty] = await shownBy(false, () => table([]));
  assert.deepEqual(Object.keys(empty!.data), [MIME.markdown, MIME.plain]);
});

/** Above each column its headings from top to bottom, as a browser would lay out the header rows. */
function headings(html: string): string[][] {
  const grid: string[][] = [];
  const rows = /<thead>([\s\S]*?)<\/thead>/.exec(html)![1]!.match(/<tr>[\s\S]*?<\/tr>/g)!;
  rows.forEach((row, y) => {
    let x = 0;
    for (const [, attributes, text] of row.matchAll(/<th([^>]*)>([\s\S]*?)<\/th>/g)) {
      const span = (name: string) => Number(new RegExp(`${name}="(\\d+)"`).exec(attributes!)?.[1] ?? 1);
      while (grid[x]?.[y] !== undefined) x++;
      for (let dx = 0; dx < span('colspan'); dx++)
        for (let dy = 0; dy < span('rowspan'); dy++) {
          grid[x + dx] ??= [];
          grid[x + dx]![y + dy] = text!.replace(/<[^>]+>/g, '');
        }
    }
  });
  return grid;
}

test('each column of an HTML table is headed by its group and its name, or by its name alone', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const column = fc.record({ name, group: fc.option(fc.constantFrom('g', 'h'), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 7 }), (columns) => {
      const info = {
        columns: columns.map((c) => ({ ...c, align: 'left' })),
        rows: [],
      } as unknown as TableInfo;
      const deep = columns.some(({ group }) => group !== undefined);
      assert.deepEqual(
        headings(standaloneTable(info)),
        columns.map(({ name, group }) => (deep ? [group ?? name, name] : [name])),
      );
    }),
  );
});

test('cells of an HTML table are inline Markdown without HTML, and math is left to the front end', () => {
  const html = standaloneTable(
    tableInfo([{ a: '**b** <i>c</i>', b: '$x_1 + y_1$' }], { caption: 'On *x*.' }),
  );
  assert.match(html, /^<p><strong>Table\.<\/strong> On <em>x<\/em>\.<\/p>/);
  assert.match(
    html,
    /<th scope="row"[^>]*><strong>b<\/strong> &lt;i&gt;c&lt;\/i&gt;<\/th><td[^>]*>\$x_1 \+ y_1\$<\/td>/,
  );
});
