import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { MIME } from '../../src/notebook/mime.js';
import { codeCell, makeNotebook, markdownCell } from '../../src/report/nbformat.js';
import { RICHEST_FIRST, renderReport } from '../../src/report/page/index.js';
import { display, failedReport, figure, ran, sampleReport, stream } from './fixtures/report.js';

let page = '';
before(async () => {
  page = await renderReport(sampleReport());
});

/** A page of one notebook with one cell and these outputs. */
async function pageOf(...outputs: Parameters<typeof ran>[1]): Promise<string> {
  const notebook = makeNotebook([markdownCell('# T'), ran('cell();', outputs)]);
  return main(
    await renderReport(
      sampleReport({ banners: [], notebooks: [{ file: '01-t.ipynb', notebook, seconds: 1 }] }),
    ),
  );
}

const main = (html: string) => html.slice(html.indexOf('<main'), html.indexOf('</main>'));

test('one file: no element that would ask for another', () => {
  assert.ok(page.length < 1_500_000);
  assert.doesNotMatch(main(page), /<(?:link|iframe|object|embed|base|form)\b/);
  assert.doesNotMatch(
    page.replace(/<script[\s\S]*?<\/script>/g, ''),
    /(?:src|srcset|poster)="(?!data:image)/,
  );
  assert.doesNotMatch(page.match(/<style>[\s\S]*?<\/style>/)![0], /@import|url\(/);
});

test('the policy names the hash of each script and style in the page, and no more', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/
    .exec(page)![1]!
    .replaceAll('&#39;', "'");
  const texts = [...page.matchAll(/<script>([\s\S]*?)<\/script>|<style>([\s\S]*?)<\/style>/g)].map(
    (match) => match[1] ?? match[2]!,
  );
  const hashes = texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  assert.equal(hashes.length, 4);
  assert.deepEqual(policy.match(/'sha256-[^']+'/g)!.sort(), hashes.sort());
});

test('one h1, one h2 a notebook, unique ids, and every link inside the page has its target', () => {
  assert.equal(page.match(/<h1/g)!.length, 1);
  assert.equal(main(page).match(/<h2/g)!.length, 5);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  assert.deepEqual(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
  );
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
  assert.ok(targets.length > 20);
  assert.deepEqual(
    targets.filter((id) => !ids.includes(id)),
    [],
  );
  assert.ok(ids.includes('nb-05-filter-sweep--learning-curves'));
});

test('figures are numbered through the report, with caption and text alternative', () => {
  const numbers = [...page.matchAll(/<div class="exhibit" id="figure-(\d+)"><figure>/g)].map(([, n]) =>
    Number(n),
  );
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7]);
  assert.match(
    page,
    /<figcaption><p><a class="permalink" href="#figure-3">Figure 3\.<\/a> Wider networks learn <strong>faster<\/strong>/,
  );
  assert.match(page, /alt="A grid of small colour images, ten classes wide\."/);
  assert.match(page, /aria-label="Diagram of the network small/);
});

test('tables are numbered through the report too, with caption and grouped columns', () => {
  const [first, second] = [
    ...page.matchAll(/<figure class="exhibit table-exhibit" id="(table-\d+)">([\s\S]*?)<\/figure>/g),
  ];
  assert.deepEqual([first![1], second![1]], ['table-1', 'table-2']);
  assert.match(
    first![2]!,
    /<figcaption id="table-1-caption"><p><a class="permalink" href="#table-1">Table 1\.<\/a> Measured and <strong>published<\/strong>/,
  );
  assert.match(first![2]!, /<table class="dense" aria-labelledby="table-1-caption">/);
  assert.match(first![2]!, /<th scope="colgroup" colspan="3"><span>test accuracy<\/span><\/th>/);
  assert.match(
    second![2]!,
    /<tr id="term-c7"><th scope="row">C7<\/th><td[^>]*data-defines="statement">The dense <code>/,
  );
});

test('a mention of a figure, a table or a term is a link to it, but not in code, in links, or to what there is not', () => {
  const chapter = page.slice(page.indexOf('No title of its own'));
  const [paragraph] = chapter.split('</p>');
  const links = [...paragraph!.matchAll(/<a class="reference" href="#([^"]+)">([^<]+)<\/a>/g)];
  assert.deepEqual(
    links.map(([, id, text]) => `${text} -> ${id}`),
    ['Figure 4 -> figure-4', 'Table 1 -> table-1', 'C1 -> term-c1', 'C7 -> term-c7'],
  );
  assert.match(paragraph!, /there is no Figure 99, and <code>C1<\/code> in code/);
  // said before the ledger that defines it
  assert.match(
    page,
    /<a class="reference" href="#term-c7">C7<\/a> rests on the first row of <a class="reference" href="#table-1">Table 1<\/a>/,
  );
});

test('a numbered output that cannot be shown keeps its number and says why', async () => {
  const html = await pageOf(
    figure({ 'application/x-other': 1 }, 'Cap.', 'alt'),
    figure({ [MIME.markdown]: 'x' }, 'Next.', 'alt'),
  );
  assert.match(
    html,
    /no representation that the report knows[\s\S]*Figure 1\.<\/a> Cap\.[\s\S]*Figure 2\.<\/a> Next\./,
  );
});

test('a table that is not one as its type says is shown in its next representation', async () => {
  const html = await pageOf(display({ [MIME.table]: { columns: 'none' }, [MIME.markdown]: 'as Markdown' }));
  assert.match(html, /as Markdown/);
  assert.doesNotMatch(html, /id="table-1"/);
});

test('the caption that follows for other front ends is left out', async () => {
  const info = { caption: 'Once only.', alt: 'x' };
  const html = await pageOf(
    figure({ [MIME.markdown]: 'body' }, info.caption, info.alt),
    display({ [MIME.markdown]: '**Figure.** Once only.', [MIME.figure]: { ...info, captionOnly: true } }),
  );
  assert.equal(html.match(/Once only\./g)!.length, 1);
});

test('of several representations, the first in the documented order is shown', async () => {
  const samples: Record<string, unknown> = {
    [MIME.svg]: '<svg width="3" height="3"><title>svg-body</title></svg>',
    [MIME.png]: 'iVBORw0KGgo=',
    [MIME.html]: '<p>html-body</p>',
    [MIME.markdown]: 'markdown-body',
    'application/json': { 'json-body': 1 },
    [MIME.plain]: 'plain-body',
  };
  const marks = ['svg-body', 'data:image/png', 'html-body', 'markdown-body', 'json-body', 'plain-body'];
  const order = RICHEST_FIRST.filter((type) => type in samples);
  for (const [rank, type] of order.entries()) {
    const bundle = Object.fromEntries(
      order
        .slice(rank)
        .reverse()
        .map((later) => [later, samples[later]]),
    );
    const html = await pageOf(display(bundle));
    assert.deepEqual(
      marks.filter((mark) => html.includes(mark)),
      [marks[rank]],
      type,
    );
  }
});

test('a broken chart is an error block in the page, not the end of it', async () => {
  const html = await pageOf(
    figure({ [MIME.vegaLite]: { mark: 'bar', data: { url: 'x.json' } } }, 'Cap.', 'alt'),
    stream('after'),
  );
  assert.match(
    html,
    /This chart cannot be drawn[\s\S]*may not load data: x\.json[\s\S]*Figure 1\.[\s\S]*after/,
  );
});

test('a drawing with a style sheet of its own is a picture, in which its styles apply', async () => {
  const svg =
    '<svg width="40" height="20"><style>.a{fill:#c00}</style><rect class="a" width="40" height="20"/></svg>';
  const html = await pageOf(display({ [MIME.svg]: svg }));
  const [, base64] = html.match(/<img src="data:image\/svg\+xml;base64,([^"]+)"/)!;
  assert.equal(
    Buffer.from(base64!, 'base64').toString(),
    svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'),
  );
  assert.doesNotMatch(html, /\.a\{fill/);
});

test('broken pictures and drawings are reported in place; unknown data is ignored', async () => {
  assert.match(await pageOf(display({ [MIME.png]: 'no base64!' })), /output \(image\/png\) cannot be shown/);
  assert.match(await pageOf(display({ [MIME.svg]: '<p>none</p>' })), /contains no drawing/);
  assert.doesNotMatch(await pageOf(display({ 'application/x-other': 'mystery' })), /mystery/);
  assert.doesNotMatch(await pageOf(display({ [MIME.progress]: { task: 'mystery' } })), /mystery/);
});

test('pieces of one stream are one text, streams keep their order', async () => {
  const html = await pageOf(stream('a'), stream('b\n'), stream('w\n', 'stderr'), stream('c\n'));
  assert.deepEqual(
    [...html.matchAll(/<pre class="log log-(\w+)">([^<]*)</g)].map(([, kind, text]) => `${kind} ${text}`),
    ['stdout ab', 'stderr w', 'stdout c'],
  );
});

test('banners of cells are shown at the top of the page, each once', async () => {
  const banner = display({
    [MIME.banner]: { level: 'warning', text: 'Synthetic **data**' },
    [MIME.plain]: 'Synthetic data',
  });
  const html = await pageOf(banner, banner);
  assert.equal(html.match(/Synthetic/g)!.length, 1);
  assert.ok(html.indexOf('Synthetic') < html.indexOf('<section'));
});

test('tags remove cells, code or outputs from the page', async () => {
  const tagged = (source: string, ...tags: string[]) =>
    ({ ...ran(source, [stream(`out-${source}`)]), metadata: { tags } }) as ReturnType<typeof codeCell>;
  const notebook = makeNotebook([
    markdownCell('# T'),
    tagged('whole', 'remove-cell'),
    tagged('input', 'remove-input'),
    tagged('output', 'remove-output'),
    markdownCell('secret', { tags: ['remove-cell'] }),
  ]);
  const html = main(
    await renderReport(sampleReport({ notebooks: [{ file: '01-t.ipynb', notebook, seconds: 1 }] })),
  );
  assert.doesNotMatch(html, /whole|secret|out-output|<code>input/);
  assert.match(html, /out-input/);
  assert.match(html, /<code>output<\/code>/);
});

test('code is folded under its first line or title, with the time it took', () => {
  assert.match(
    page,
    /<summary><span class="code-title">Load the archive and check its counts<\/span><span class="time">2\.4 s</,
  );
  assert.match(
    page,
    /<summary><span class="code-title"><code>show\(bars\(records\)\)<\/code><\/span><\/summary>/,
  );
  assert.doesNotMatch(main(page), /<details[^>]*open/);
});

test('the title of folded code continues after a first line that only opens something', async () => {
  const notebook = makeNotebook([
    markdownCell('# T'),
    codeCell("import {\n  a,\n  b,\n} from 'whyconv';\nuse(a);"),
  ]);
  const html = await renderReport(sampleReport({ notebooks: [{ file: '01-t.ipynb', notebook }] }));
  assert.match(html, /<code>import \{ a, b, \} from &#39;whyconv&#39;; use\(a\);<\/code><\/span>/);
});

test('a failed report says where and why it failed, and marks what did not run', async () => {
  const html = await renderReport(failedReport());
  assert.match(html, /<title>FAILED: /);
  assert.match(
    html,
    /<strong>FAILED<\/strong> in <a href="#nb-07-conclusions-cell-3">07-conclusions\.ipynb, cell 3<\/a>/,
  );
  assert.match(html, /failure-error"><span class="ansi-red">Error: no records/);
  assert.match(html, /state-not-run">not run</);
  assert.match(html, /state-failed">failed</);
  assert.doesNotMatch(page, /FAILED/);
});

test('a report without charts carries no chart runtime', async () => {
  const notebook = makeNotebook([markdownCell('# T\n\ntext'), codeCell('')]);
  const html = await renderReport(sampleReport({ notebooks: [{ file: '01-t.ipynb', notebook }] }));
  assert.ok(html.length < 80_000, String(html.length));
  assert.doesNotMatch(html, /vega-interpreter/);
});

test('the page is valid HTML, when all went well and when it did not', async () => {
  const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard'] });
  for (const html of [page, await renderReport(failedReport())]) {
    const { results } = await validator.validateString(html);
    const problems = results.flatMap(({ messages }) => messages);
    assert.deepEqual(
      problems.map(({ ruleId, message, selector }) => `${ruleId}: ${message} ${selector}`),
      [],
    );
  }
});

test('text given to the page is escaped everywhere', async () => {
  const evil = '"><script>window.pwned=1</script>';
  const html = await renderReport(
    sampleReport({
      title: evil,
      subtitle: evil,
      profile: evil,
      createdAt: evil,
      banners: [{ level: 'info', text: evil }],
      provenance: [{ title: evil, facts: [{ label: evil, value: evil }] }],
      notebooks: [
        {
          file: `${evil}.ipynb`,
          notebook: makeNotebook([
            ran(evil, [stream(evil), { output_type: 'error', ename: evil, evalue: evil, traceback: [evil] }]),
          ]),
          seconds: 1,
          state: 'failed',
        },
      ],
      outcome: { status: 'FAILED', failure: { notebook: evil, cell: 1, source: evil, error: evil } },
    }),
  );
  assert.equal(html.match(/<script>window/g), null);
  assert.equal(html.match(/<script/g)!.length, 2);
});
