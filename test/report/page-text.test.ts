import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Anchors, notebookAnchor, slugify, titleFromFile } from '../../src/report/page/anchors.js';
import { ansiToHtml, stripAnsi } from '../../src/report/page/ansi.js';
import { Catalog } from '../../src/report/page/catalog.js';
import { Formulas } from '../../src/report/page/formulas.js';
import { highlightCode } from '../../src/report/page/highlight.js';
import { escapeHtml, scriptJson } from '../../src/report/page/html.js';
import { logBlock } from '../../src/report/page/logs.js';
import { Markdown } from '../../src/report/page/markdown.js';
import { HeadingPlacer, tocList } from '../../src/report/page/toc.js';

const FILES = new Set(['01-data.ipynb', '03-parameters.ipynb']);
const ANCHORS = new Set(['nb-01-data', 'nb-03-parameters', 'nb-03-parameters--where-they-sit']);
const scope = {
  file: '01-data.ipynb',
  files: FILES,
  catalog: new Catalog([], new Anchors()),
  hasAnchor: (id: string) => ANCHORS.has(id),
};
const markdown = new Markdown();
const render = (source: string, attachments?: unknown) => markdown.toHtml(source, { ...scope, attachments });

/** The text a browser would show: tags away, entities back. */
function shown(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/<[^>]*>/g, '').replace(/&([^;]+);/g, (_, name: string) => entities[name]!);
}

test('escaped text contains no markup and is displayed unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = escapeHtml(text);
      assert.doesNotMatch(safe, /[<>"']/);
      assert.equal(shown(safe), text);
    }),
  );
});

test('JSON in a script block cannot end it and parses to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      const record = { value, text: `${text}</script><!--<script>\u2028` };
      const json = scriptJson(record);
      assert.doesNotMatch(json, /<|\u2028/);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(record)));
    }),
  );
});

test('anchors are unique whatever is claimed', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'a-2', 'b', 'a-2-2')), (wanted) => {
      const anchors = new Anchors();
      const ids = wanted.map((id) => anchors.claim(id));
      assert.equal(new Set(ids).size, ids.length);
      for (const id of ids) assert.ok(anchors.has(id));
    }),
  );
});

test('anchors and titles come from names', () => {
  assert.equal(slugify('Where the Parameters sit!'), 'where-the-parameters-sit');
  assert.equal(slugify('Größe & Überblick'), 'große-uberblick');
  assert.equal(slugify('***'), 'section');
  assert.equal(notebookAnchor('03-parameter_arithmetic.ipynb'), 'nb-03-parameter-arithmetic');
  assert.equal(titleFromFile('03-parameter_arithmetic.ipynb'), 'Parameter arithmetic');
  assert.equal(titleFromFile('42.ipynb'), '42.ipynb');
});

test('a notebook has one h2, skips no level on the way down and repeats no anchor', () => {
  const levels = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(levels, (depths) => {
      const placer = new HeadingPlacer('x.ipynb', new Anchors());
      placer.place(markdown.parse(depths.map((depth) => `${'#'.repeat(depth)} Same`).join('\n\n')));
      const placed = placer.headings.map((heading) => heading.level);
      assert.equal(placed.length, depths.length);
      assert.equal(placed.filter((level) => level === 2).length, 1);
      for (const [i, level] of placed.entries()) assert.ok(level <= (placed[i - 1] ?? 1) + 1 && level <= 6);
      assert.equal(new Set(placer.headings.map((heading) => heading.id)).size, depths.length);
    }),
  );
});

test('the table of contents nests sections below chapters and escapes their text', () => {
  const list = tocList([
    { level: 2, text: 'One', id: 'one' },
    { level: 3, text: 'a < b', id: 'a' },
    { level: 4, text: 'deep', id: 'deep' },
    { level: 2, text: 'Two', id: 'two' },
  ]);
  assert.equal(
    list,
    '<ol class="toc"><li><a href="#one">One</a><ol><li><a href="#a">a &lt; b</a></li></ol></li><li><a href="#two">Two</a></li></ol>',
  );
});

test('of HTML in Markdown the tags of text stay, without what could style, load or run, and comments go', () => {
  assert.equal(
    render(
      'a <b class="x" style="color:red" onclick="x()">bold</b> word<br>next <!-- hidden --> &amp; H<sub>2</sub>O',
    ),
    '<p>a <b>bold</b> word<br />next  &amp; H<sub>2</sub>O</p>\n',
  );
  const html = render(
    '<script>alert(1)</script> and <img src=x onerror=alert(1)> <a href="javascript:x()">link</a>\n\n<div onclick="x()">block</div>\n\n' +
      '<iframe src="https://example.org"></iframe><style>p{color:red}</style><svg onload=x()><img src="https://example.org/x.png">',
  );
  assert.doesNotMatch(html, /<(?:script|img|iframe|style|svg)|onclick|onerror|onload|javascript:|example/);
  assert.match(html, /<a>link<\/a>/);
  assert.match(html, /<div>block<\/div>/);
  assert.match(render('<a href="03-parameters.ipynb">x</a>'), /<a href="#nb-03-parameters">x<\/a>/);
  assert.match(
    render('<img src="data:image/png;base64,AAAA" alt="a &quot;b&quot;" width="5">'),
    /<img src="data:image\/png;base64,AAAA" alt="a[^>]*" width="5" \/>/,
  );
  // Markdown between tags, and what is left open or was never opened.
  assert.match(
    render('<details open><summary>More</summary>\n\n**strong**\n\n</details>'),
    /^<details open[^>]*><summary>More<\/summary>\s*<p><strong>strong<\/strong><\/p>\s*<\/details>\s*$/,
  );
  assert.match(
    render('<b>open\n\nnext</div></section> word'),
    /^<p><b>open<\/b><\/p>\s*<p>(?:<b>)?next word/,
  );
  assert.match(render('`<b>` and 1 < 2 > 0'), /<code>&lt;b&gt;<\/code> and 1 &lt; 2 &gt; 0/);
});

test('macros and equation tags of a notebook are known to its later formulas, and to no other notebook', () => {
  const formulas = new Markdown();
  const scope = (file: string) => ({
    file,
    files: new Set<string>(),
    catalog: new Catalog([], new Anchors()),
    hasAnchor: () => false,
  });
  const set = (source: string, file = 'a.ipynb') => formulas.toHtml(source, scope(file));
  assert.doesNotMatch(set('$\\newcommand{\\RR}{\\mathbb{R}} \\RR$'), /math-error/);
  assert.match(set('later: $x \\in \\RR^n$'), /<mi[^>]*>R<\/mi>|ℝ|double-struck/);
  assert.doesNotMatch(set('again: $\\newcommand{\\RR}{\\mathbf{R}} \\RR$'), /math-error/);
  const own = set('$\\newcommand{\\R}[1]{\\mathbf{#1}} \\R{x}$, $\\DeclareMathOperator{\\tr}{trace} \\tr A$');
  assert.doesNotMatch(own, /math-error/);
  assert.match(own, /trace/);
  assert.match(set('$\\RR$', 'b.ipynb'), /math-error/);
  const equation = set('\\begin{equation}\ny = Wx \\tag{3} \\label{eq:dense}\n\\end{equation}');
  assert.doesNotMatch(equation, /math-error/);
  assert.match(equation, /\(3\)|>3</);
  assert.match(set('By $\\eqref{eq:dense}$ and $\\eqref{eq:none}$.'), /\(3\)[\s\S]*\(\?\?\?\)/);
});

test('links lead to the web, to other notebooks of the report, or nowhere', () => {
  assert.match(
    render('[a](https://example.org/x?y=1&z=2)'),
    /href="https:\/\/example\.org\/x\?y=1&amp;z=2" rel="noopener/,
  );
  assert.match(render('[a](03-parameters.ipynb)'), /href="#nb-03-parameters"/);
  assert.match(
    render('[a](./03-parameters.ipynb#Where-they-sit)'),
    /href="#nb-03-parameters--where-they-sit"/,
  );
  assert.match(render('[a](03-parameters.ipynb#unknown)'), /href="#nb-03-parameters"/);
  for (const dead of [
    '04-none.ipynb',
    '../src/models/spec.ts',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
  ]) {
    const html = render(`[text](${dead})`);
    assert.doesNotMatch(html, /<a|href/, dead);
    assert.match(html, /<span class="dead-link">text<\/span>/);
  }
  for (const dead of [
    '<javascript:alert(1)>',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a]( vbscript:x )',
    '[a](java&#10;script:alert(1))',
  ]) {
    assert.doesNotMatch(render(dead), /href/, dead);
  }
});

test('images are shown only if they need no request', () => {
  const png = 'iVBORw0KGgo=';
  assert.match(
    render(`![a cat](data:image/png;base64,${png})`),
    /<img src="data:image\/png;base64,iVBORw0KGgo=" alt="a cat">/,
  );
  assert.match(
    render('![x](attachment:c.png)', { 'c.png': { 'image/png': png } }),
    /<img src="data:image\/png;base64,iVBORw0KGgo="/,
  );
  for (const src of [
    'https://example.org/a.png',
    'a.png',
    'attachment:none.png',
    'data:image/svg+xml;base64,PHN2Zz4=',
    'file:///etc/passwd',
  ]) {
    const html = render(`![the alt](${src})`);
    assert.doesNotMatch(html, /<img/, src);
    assert.match(html, /\[image: the alt\]/);
  }
});

test('math becomes MathML; a formula that cannot be read is shown with its reason', () => {
  const html = render('Inline $\\frac{a}{b}$ and\n\n$$\n\\sum_{i=1}^n x_i\n$$');
  assert.match(html, /<mfrac><mi>a<\/mi><mi>b<\/mi><\/mfrac>/);
  assert.match(html, /<math [^>]*display="block"/);
  const broken = render('$\\frac{a$');
  assert.match(broken, /<code class="math-error" title="[^"]*KaTeX[^"]*">\\frac\{a<\/code>/);
  assert.doesNotMatch(render('$\\href{javascript:alert(1)}{x}$ $\\htmlClass{y}{x}$'), /href=|class="y"/);
});

test('tables carry their alignment without style attributes', () => {
  const html = render('| a | b |\n|:--|--:|\n| 1 | 2 |');
  assert.match(html, /<div class="table-wrap"><table>/);
  assert.match(html, /<th scope="col" class="align-right">b<\/th>/);
  assert.doesNotMatch(html, /style=/);
});

test('TypeScript is colored and its text kept; other languages are only escaped', () => {
  const code = 'const a: number = x < 1 ? 2 : f("</code>");';
  assert.match(highlightCode(code), /hljs-keyword/);
  assert.equal(shown(highlightCode(code).replaceAll('&#x27;', '&#39;')), code);
  assert.equal(highlightCode('a < b', 'python'), 'a &lt; b');
});

test('terminal colors become classes, other control sequences are removed, and text is kept', () => {
  assert.equal(
    ansiToHtml('\u001b[31mred\u001b[0m \u001b[1;32mok\u001b[39m!\u001b[22m'),
    '<span class="ansi-red">red</span> <span class="ansi-green ansi-bold">ok</span><span class="ansi-bold">!</span>',
  );
  assert.equal(ansiToHtml('\u001b[38;5;196mx\u001b[2K\u001b]8;;http://evil\u0007y'), 'xy');
  assert.equal(stripAnsi('10 %\r 50 %\r100 %\nnext\r\n'), '100 %\nnext\n');
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('\u001b[31m', '\u001b[', '\u001b', '<b>', '\r', '\n', 'x', '\u0000', '\u009b'),
      ),
      (parts) => {
        const html = ansiToHtml(parts.join(''));
        assert.doesNotMatch(html.replace(/<\/?span[^>]*>/g, ''), /(?!\n)[\p{Cc}<>]/u);
      },
    ),
  );
});

test('a text of more than forty lines is folded under its last line; a huge one loses only its middle', () => {
  assert.doesNotMatch(logBlock('a\n'.repeat(40), 'stdout'), /<details/);
  const folded = logBlock(Array.from({ length: 41 }, (_, i) => `line ${i + 1}`).join('\n'), 'stdout');
  assert.match(folded, /<summary>41 lines of output, ending in <code>line 41<\/code>/);
  const huge = logBlock(`start\n${'x'.repeat(400_000)}\nend`, 'stderr');
  assert.ok(huge.length < 130_000);
  assert.match(huge, /start[\s\S]*280,\d{3} characters left out[\s\S]*end/);
  assert.equal(logBlock('\n\n', 'stdout'), '');
});

test('letters have the style that a formula asks for, as characters of their own', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  for (const command of ['mathbf', 'mathbb', 'mathfrak', 'mathsf', 'mathtt', 'mathcal']) {
    const [asked] = command === 'mathcal' ? [letters.slice(0, 26)] : [letters];
    const mathml = new Formulas().toMathml(`\\${command}{${[...asked!].join('\\,')}}`, false);
    const shown = [...mathml.replace(/<annotation[\s\S]*/, '').replace(/<[^>]*>/g, '')].filter(
      (c) => c.trim() !== '',
    );
    assert.equal(
      shown
        .join('')
        .normalize('NFKC')
        .replaceAll(/[^A-Za-z]/g, ''),
      asked,
      command,
    );
    assert.ok(
      shown.every((character) => !letters.includes(character)),
      `${command}: ${shown.join('')}`,
    );
  }
});

test('items of task lists have boxes, brackets elsewhere stay', () => {
  const html = render('- [ ] open\n- [x] done\n- [link]\n\n[ ] text');
  assert.match(html, /☐ open[\s\S]*☑ done[\s\S]*\[link\][\s\S]*\[ \] text/);
});
