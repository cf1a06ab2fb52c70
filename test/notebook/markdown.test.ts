import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { escapeMarkdown, inlineCode, markdownTable, plainTable } from '../../src/notebook/index.js';

/** Another program's reading of the Markdown: the oracle. */
const markdown = new MarkdownIt({ html: true });
const decode = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** Any text on one line, and often one that means something at the start of a line. */
const printable = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'-+=1.)#*_ >a`'), minLength: 1, maxLength: 6 }),
  )
  .map((text) => text.trim())
  .filter((text) => text !== '');

test('escaped text is read as just that text', () => {
  fc.assert(
    fc.property(printable, (text) => {
      assert.equal(decode(markdown.render(escapeMarkdown(text))).trimEnd(), text);
      assert.match(markdown.render(escapeMarkdown(text)), /^<p>/);
    }),
    { numRuns: 2000 },
  );
});

test('inline code holds any text, backticks as well', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('`', 'a', ' ', '*'), minLength: 1, maxLength: 8 }),
      (text) => {
        const tokens = markdown.parseInline(`x ${inlineCode(text)} y`, {})[0]!.children!;
        const code = tokens.find(({ type }) => type === 'code_inline');
        fc.pre(text.trim() !== '');
        assert.equal(code?.content, text);
      },
    ),
  );
});

/** The cells of a rendered table, by rows. */
function cells(source: string): string[][] {
  const rows = markdown.render(source).match(/<tr>[\s\S]*?<\/tr>/g) ?? [];
  return rows.map((row) => [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, text]) => text!));
}

test('a table has its values in their places, whatever they hold', () => {
  const value = fc
    .string({ unit: fc.constantFrom('a', '|', '\n', ' ', '1'), maxLength: 6 })
    .map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.integer()), { minLength: 1, maxLength: 4 }), (rows) => {
      const got = cells(markdownTable(rows.map(([a, b]) => ({ a, b }))));
      assert.deepEqual(got, [['a', 'b'], ...rows.map(([a, b]) => [a.replaceAll('\n', '<br>'), String(b)])]);
    }),
  );
});

test('columns of numbers are aligned right, others left, unless told otherwise', () => {
  const rows = [
    {
      model: 'small',
      n: 14450,
      text: '1,707,274',
      share: '79.3 %',
      mixed: '1',
      time: '4.1 s',
      gap: '+0.02 ± 0.01',
      test: '46.2 % ± 0.7',
    },
    { model: 'big', n: 1, text: '-', share: '0 %', mixed: 'x', time: '', gap: '–', test: '9.9 % ± 12' },
  ];
  const rule = (source: string) =>
    source
      .split('\n')[1]!
      .split('|')
      .slice(1, -1)
      .map((text) => text.trim());
  assert.deepEqual(rule(markdownTable(rows)), [
    ':---',
    '---:',
    '---:',
    '---:',
    ':---',
    '---:',
    '---:',
    '---:',
  ]);
  assert.deepEqual(rule(markdownTable(rows, { align: { n: 'left', model: 'center' } })).slice(0, 2), [
    ':---:',
    ':---',
  ]);
});

test('as text a table has columns of equal width', () => {
  const rows = [
    { model: 'small', n: 5 },
    { model: 'b', n: 1200 },
    { model: 'c', extra: 'e' },
  ];
  assert.equal(
    plainTable(rows as Record<string, string | number>[], { caption: 'Sizes.' }),
    [
      'Table. Sizes.',
      '',
      'model     n  extra',
      '-----  ----  -----',
      'small     5',
      'b      1200',
      'c            e',
    ].join('\n'),
  );
});

test('a table without rows says so', () => {
  assert.equal(markdownTable([], { caption: 'Empty.' }), '**Table.** Empty.\n\n*No rows.*');
  assert.equal(plainTable([]), 'No rows.');
});
