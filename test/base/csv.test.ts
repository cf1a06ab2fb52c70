import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toCsv } from '../../src/base/csv.js';

/** Reads CSV by the grammar of RFC 4180, one character at a time. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      row.push(field);
      field = '';
    } else if (character === '\r' && text[i + 1] === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
      i++;
    } else field += character;
  }
  assert.equal(field + row.join(), '', 'every line ends with CR LF');
  return rows;
}

test('CSV read by another parser has the same values, whatever they contain', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', ';'), maxLength: 6 });
  const record = fc.record({ a: text, 'b,"': fc.oneof(text, fc.integer(), fc.constant(null)) });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (rows) => {
      assert.deepEqual(parse(toCsv([rows])), [
        ['a', 'b,"'],
        ...rows.map((row) => [row.a, row['b,"'] === null ? '' : String(row['b,"'])]),
      ]);
    }),
  );
});

test('several tables become one, with the columns of all and gaps where a row lacks one', () => {
  assert.equal(
    toCsv([[{ a: 1, b: 'x' }], [{ b: 'y', c: [1, 2] }], [7]]),
    'a,b,c,value\r\n1,x,,\r\n,y,"[1,2]",\r\n,,,7\r\n',
  );
  assert.equal(toCsv([]), '\r\n');
});
