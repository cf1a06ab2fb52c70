import assert from 'node:assert/strict';
import { it } from 'node:test';
import { modelDiagram } from '../../src/charts/index.js';
import { MODELS, withFlattenHead, withoutSharing } from '../../src/models/architectures.js';

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

it('a diagram names every layer with its shape and parameters, and the total', () => {
  const shown = texts(modelDiagram(MODELS.small));
  for (const text of [
    'small',
    '14,450 parameters',
    'conv 3 × 3, 8 filters, ReLU',
    '32 × 32 × 8 · 224 parameters',
    'max-pool 2 × 2',
    'global average pooling',
    'dense 128, ReLU, dropout 0.3',
    'dense 10, logits',
  ]) {
    assert.ok(shown.includes(text), `${text} in ${shown.join(' | ')}`);
  }
  assert.equal(shown.filter((text) => text.startsWith('conv')).length, 5);
  assert.ok(texts(modelDiagram(withFlattenHead(MODELS.big))).includes('8192'));
  const local = texts(modelDiagram(withoutSharing(MODELS.small)));
  assert.ok(local.includes('local 3 × 3, 8 filters, ReLU'));
  assert.ok(local.includes('32 × 32 × 8 · 229,376 parameters'));
});

it('a diagram is well-formed, standalone, titled, and free of scripts and links', () => {
  for (const spec of Object.values(MODELS)) {
    const svg = modelDiagram(spec);
    const open: string[] = [];
    for (const [, close, name, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close) assert.equal(open.pop(), name);
      else if (!selfClosing) open.push(name!);
    }
    assert.deepEqual(open, []);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*role="img"/);
    assert.match(svg, /<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/);
    assert.doesNotMatch(svg, /script|href|on[a-z]+=|NaN|undefined/);
  }
});

it('a diagram draws no block or bar outside its frame', () => {
  for (const spec of Object.values(MODELS)) {
    const svg = modelDiagram(spec);
    const [, width, height] = svg.match(/viewBox="0 0 (\d+) (\d+)"/)!.map(Number);
    const corners = [...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, points]) =>
      points!.split(' ').map((point) => point.split(',').map(Number)),
    );
    assert.ok(corners.every(([x, y]) => x! > 0 && x! < width! && y! > 0 && y! < height!));
    for (const [, x, w] of svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)) {
      assert.ok(Number(x) + Number(w) <= width!);
    }
  }
});

it('a diagram escapes the name of a model', () => {
  const svg = modelDiagram({ ...MODELS.small, name: '<script>&"' });
  assert.doesNotMatch(svg, /<script/);
  assert.ok(svg.includes('&lt;script&gt;&amp;&quot;'));
});
