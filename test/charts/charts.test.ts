import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { chartTheme } from '../../src/charts/index.js';
import { SAMPLES, type Sample } from './samples.js';

/** Rewrites the snapshots: UPDATE_SNAPSHOTS=1 npm test, then read the difference before committing it. */
const update = process.env.UPDATE_SNAPSHOTS === '1';
const folder = join(projectRoot, 'test', 'charts', 'snapshots');

/** Compiles and draws a chart headlessly, as wide as a page, collecting everything Vega complains about. */
async function draw({ spec }: Sample) {
  const { compile } = await import('vega-lite');
  const vega = await import('vega');
  const complaints: string[] = [];
  const complain = (...parts: unknown[]) => {
    complaints.push(parts.join(' '));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: complain,
    warn: complain,
    info: () => logger,
    debug: () => logger,
  } as unknown as import('vega').LoggerInterface;
  const input = { ...spec, width: 600, config: chartTheme('light') } as unknown as Parameters<
    typeof compile
  >[0];
  const compiled = compile(input, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  return { compiled, svg, complaints };
}

/** Numbers to four digits; of long lists the first two rows and the length. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(4));
  if (Array.isArray(value)) {
    const rows = value.length > 12 ? value.slice(0, 2) : value;
    return rows === value ? rows.map(rounded) : [...rows.map(rounded), `and ${value.length - 2} more`];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

function marksOf(node: unknown): { type: string; encode?: { update?: Record<string, unknown> } }[] {
  const group = node as { marks?: { type: string; marks?: unknown }[] };
  return (group.marks ?? []).flatMap((mark) => (mark.type === 'group' ? marksOf(mark) : [mark]));
}

describe('charts', () => {
  for (const sample of SAMPLES) {
    it(`${sample.name}: compiles without a warning and draws every row`, async () => {
      const { svg, complaints } = await draw(sample);
      assert.deepEqual(complaints, []);
      const drawn: Record<string, number> = {};
      for (const [, role] of svg.matchAll(/aria-roledescription="([^"]+)"/g)) {
        drawn[role!] = (drawn[role!] ?? 0) + 1;
      }
      for (const [role, count] of Object.entries(sample.marks)) {
        assert.equal(drawn[role] ?? drawn[`${role} mark`], count, `${role} of ${JSON.stringify(drawn)}`);
      }
      const texts = new Set([...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text));
      for (const text of sample.texts) assert.ok(texts.has(text), `"${text}" in ${[...texts].join(' | ')}`);
      assert.deepEqual(svg.match(/.{0,60}(NaN|undefined).{0,20}/), null);
    });

    it(`${sample.name}: every mark has a tooltip, and no look of its own`, async () => {
      const marks = marksOf((await draw(sample)).compiled);
      assert.ok(marks.length > 0);
      for (const mark of marks) {
        assert.ok(mark.encode?.update?.tooltip, `a ${mark.type} mark has no tooltip`);
      }
      assert.equal('config' in sample.spec, false);
      assert.equal(sample.spec.width, 'container');
    });

    it(`${sample.name}: is the spec it was`, () => {
      const path = join(folder, `${sample.name}.json`);
      const now = rounded(JSON.parse(JSON.stringify(sample.spec)));
      if (update) writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`);
      assert.ok(existsSync(path), 'no snapshot: run once with UPDATE_SNAPSHOTS=1');
      assert.deepEqual(now, JSON.parse(readFileSync(path, 'utf8')));
    });
  }
});
