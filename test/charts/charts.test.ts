import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as charts from '../../src/charts/index.js';
import { CHARTS } from './chart-table.js';
import { type Drawing, type DrawnMark, draw } from './draw.js';

/** Words that say what an axis counts or measures; axes of shares say it with percent signs instead. */
const UNIT = /pixels|images|filters|parameters|operations|epoch|nats|Pearson/;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** A node of a spec and all nodes inside it, without the data. */
function nodesOf(node: Json): JsonObject[] {
  if (node === null || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(nodesOf);
  const inside = Object.entries(node).flatMap(([key, child]) => (key === 'values' ? [] : nodesOf(child)));
  return [node, ...inside];
}

/** Names of the columns of a chart: of its rows, and those that transforms add. */
function columnsOf(spec: JsonObject): Set<string> {
  const nodes = nodesOf(spec);
  const rows = nodes.flatMap(({ data }) => (data as { values: JsonObject[] } | undefined)?.values ?? []);
  const added = nodes.flatMap((node) => ('as' in node ? [node.as as string | string[]] : [])).flat();
  return new Set([...rows.flatMap((row) => Object.keys(row)), ...added]);
}

it('the line of a guess is at the share of the most frequent class', () => {
  const point = { model: 'small', accuracy: 0.9 };
  const specs = [
    charts.accuracyAgainstShift([{ ...point, shift: 1 }], 1 / 3),
    charts.accuracyAgainstBlock([{ ...point, block: 1 }], 1 / 3),
    charts.accuracyAgainstExamples([{ ...point, examples: 9 }], 1 / 3),
    charts.permutationEffect([{ ...point, images: 'original' }], 1 / 3),
    charts.accuracyWithoutFilters([{ ...point, share: 0, chosen: 'least' }], 1 / 3),
  ];
  for (const spec of specs) {
    const rule = (spec.layer as readonly JsonObject[]).at(-1)!;
    assert.deepEqual(rule.data, { values: [{ guess: 1 / 3 }] });
    assert.match(JSON.stringify(rule.mark), /a guess: 33\.3 %/);
  }
});

const isChance = ({ datum }: DrawnMark) => 'guess' in datum;

for (const chart of CHARTS) {
  describe(`the chart ${chart.name}`, () => {
    const spec = JSON.parse(JSON.stringify(chart.spec)) as JsonObject;
    let drawing: Drawing;
    before(async () => {
      drawing = await draw(chart.spec);
    });

    it('compiles and draws without a complaint', () => {
      assert.deepEqual(drawing.complaints, []);
      assert.deepEqual(drawing.svg.match(/.{0,60}(NaN|undefined|null).{0,20}/), null);
    });

    it('is plain JSON that names its width in pixels and leaves its look to whoever shows it', () => {
      assert.deepEqual(chart.spec, spec);
      assert.equal(spec.width, 640);
      assert.ok(!JSON.stringify(spec).includes('"container"'));
      assert.ok(!('config' in spec));
    });

    it('draws each row', () => {
      const drawn: Record<string, number> = {};
      for (const { mark } of drawing.marks) drawn[mark] = (drawn[mark] ?? 0) + 1;
      assert.deepEqual(drawn, chart.marks);
      const texts = drawing.marks.map(({ text }) => text);
      for (const text of chart.texts ?? []) assert.ok(texts.includes(text), `${text} in ${texts.join(', ')}`);
    });

    it('has axes that include all data', () => {
      const { width, height } = drawing.plot;
      for (const { mark, x, y, datum } of drawing.marks) {
        const inside = (values: readonly number[], end: number) =>
          values.every((value) => value >= -0.01 && value <= end + 0.01);
        assert.ok(inside(x, width) && inside(y, height), `${mark} of ${JSON.stringify(datum)} at ${x}, ${y}`);
      }
    });

    it('keeps its axes and legends within its width', () => {
      // Half of the last tick's label may stick out.
      assert.ok(drawing.extent <= 645, `${drawing.extent} pixels`);
    });

    it('names its axes, with units', () => {
      const titled = drawing.axes.filter(({ title }) => title !== '');
      assert.deepEqual(titled.map(({ title }) => title).sort(), [...chart.axes].sort());
      for (const { title, labels } of titled) {
        const isPercent = labels.every((label) => label === '' || label.endsWith('%'));
        const isCategory = labels.every((label) => /^[a-z]/.test(label));
        assert.ok(isPercent || isCategory || UNIT.test(title), `"${title}" with ${labels.join(', ')}`);
      }
    });

    it('encodes fields that its rows have', () => {
      const columns = columnsOf(spec);
      for (const { field } of nodesOf(spec)) {
        assert.ok(field === undefined || columns.has(field as string), `"${field}" of ${[...columns]}`);
      }
    });

    it('has a tooltip on every mark, with a value in every line', () => {
      for (const { mark, tooltip, datum } of drawing.marks) {
        assert.ok(tooltip, `${mark} of ${JSON.stringify(datum)}`);
        for (const [title, value] of Object.entries(tooltip)) {
          assert.match(String(value), /^(?!.*(?:undefined|null|NaN)).+$/, `"${title}" of a ${mark}`);
        }
      }
    });

    it('gives no two series the same color or shape', () => {
      const { field, by } = chart.series ?? { field: '', by: [] };
      for (const channel of by) {
        const looks = new Map<unknown, Set<string>>();
        for (const drawn of drawing.marks) {
          if (isChance(drawn) || drawn.mark === 'text') continue;
          if (channel === 'shape' && drawn.mark !== 'symbol') continue;
          const look = drawn[channel];
          if (look === undefined || look === 'transparent') continue;
          const known = looks.get(drawn.datum[field]) ?? new Set();
          looks.set(drawn.datum[field], known.add(look));
        }
        assert.ok(looks.size > 1);
        const all = [...looks.values()].flatMap((set) => [...set]);
        assert.equal(all.length, looks.size, `one ${channel} each: ${all.join(', ')}`);
        assert.equal(new Set(all).size, looks.size, `different ${channel}s: ${all.join(', ')}`);
      }
    });

    it('draws nothing for no rows', async () => {
      const { marks } = await draw(chart.empty);
      assert.deepEqual(
        marks.filter((drawn) => !isChance(drawn)),
        [],
      );
    });
  });
}

it('the table has every chart of the room', () => {
  const drawn = new Set(CHARTS.map(({ name }) => name.split(' ')[0]));
  const specs = Object.keys(charts).filter((name) =>
    /^(?!chartTheme).*(Curves|Against|By|Balance|Effect|Shares|Gap|Heatmap|WithoutFilters)/.test(name),
  );
  assert.deepEqual([...drawn].sort(), specs.sort());
});

it('of several seeds, curves have one point for each mean, and bands have none', async () => {
  const epochs = [0, 1, 2].flatMap((seed) =>
    [1, 2].map((epoch) => ({
      ...{ model: 'small', seed, epoch },
      ...{ trainAccuracy: epoch / 4 + seed / 10, validationAccuracy: epoch / 4 + seed / 20 },
    })),
  );
  const curves = charts.accuracyCurves(epochs);
  const { marks, complaints } = await draw(curves);
  assert.deepEqual(complaints, []);
  assert.equal(marks.filter(({ mark }) => mark === 'symbol').length, 4);
  assert.match(JSON.stringify(curves), /"type":"area"/);
});
