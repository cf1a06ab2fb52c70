import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { askAsFrontEnd } from './kernel-helpers.js';

interface Inspected {
  readonly found: boolean;
  readonly data: Readonly<Record<string, string>>;
}
interface Completed {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: { readonly _jupyter_types_experimental: { text: string; type: string }[] };
}

/** What to inspect, by what the answer must say; "|" marks the cursor. */
const INSPECTED: [string, RegExp][] = [
  ['openNoteb|ook', /function openNotebook\(profile: string[\s\S]*Opens the study for a notebook/],
  ['openNotebook|', /@param profile smoke, quick or full/],
  ['await openNotebook(|', /Opens the study for a notebook/],
  ["await openNotebook('smoke', twice(1), |)", /Opens the study for a notebook/],
  ['await figure({ capt|ion: "" })', /FigureOptions\.caption: string\s+\w+/],
  ['figure|', /@throws WhyconvError/],
  ['"😀"; figure|', /function figure\(/],
  ['twice|', /Doubles a number, see figure\./],
];
/** What to complete, by the word that is offered first, its kind, and the characters it replaces. */
const COMPLETED: [string, string, string, [number, number]][] = [
  ['openN|', 'openNotebook', 'alias', [0, 5]],
  ['figure({ ca|', 'caption', 'property', [9, 11]],
  ['MODELS.|', 'baseline', 'property', [7, 7]],
  ['"😀"; figu|', 'figure', 'alias', [5, 9]],
];

test('Tab and Shift-Tab show the names and the doc comments of whyconv and of earlier cells', async (t) => {
  const points = [...INSPECTED, ...COMPLETED].map(([code]) => [
    code.replace('|', ''),
    [...code].indexOf('|'), // the protocol counts characters
  ]);
  const answers = await askAsFrontEnd(
    t,
    join(projectRoot, 'notebooks'),
    `
client.execute_interactive("""import { figure, MODELS, openNotebook } from 'whyconv';
/** Doubles a number, see {@link figure}. */
function twice(a: number) { return 2 * a; }""", timeout=60)
client.execute_interactive('const unrelated = 1;', timeout=60)
for i, (code, at) in enumerate(json.loads(${JSON.stringify(JSON.stringify(points))})):
    ask = client.inspect if i < ${INSPECTED.length} else client.complete
    answers.append(ask(code, at, reply=True, timeout=60)['content'])
`,
  );
  if (answers === undefined) return;
  for (const [i, [code, says]] of INSPECTED.entries()) {
    const { found, data } = answers[i] as Inspected;
    assert.equal(found, true, code);
    assert.match(data['text/plain']!, says, code);
    assert.match(data['text/markdown']!, /^```typescript\n/, code);
  }
  for (const [i, [code, word, kind, replaced]] of COMPLETED.entries()) {
    const { matches, cursor_start, cursor_end, metadata } = answers[INSPECTED.length + i] as Completed;
    assert.equal(matches[0], word, code);
    assert.deepEqual([cursor_start, cursor_end], replaced, code);
    assert.deepEqual(
      metadata._jupyter_types_experimental.map(({ text }) => text),
      matches,
    );
    assert.equal(metadata._jupyter_types_experimental[0]!.type, kind, code);
  }
});
