import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { difference, logitsOf, nested, type Running, running, someImages } from './running.js';

let server: Running;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  server = await running({ after: (end) => ends.push(end) });
});
after(async () => {
  for (const end of ends) await end();
});

const predict = async (body: unknown, path = '/v1/models/small:predict') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(server.url + path, { method: 'POST', body: text });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
};

const images = someImages(2);

describe('TensorFlow Serving’s REST API', () => {
  it('answers rows with rows and columns with columns', async () => {
    const wanted = await logitsOf(images);
    const rows = await predict({ instances: nested(images), signature_name: 'serving_default' });
    const predictions = rows.answer.predictions as { logits: number[]; probabilities: number[] }[];
    assert.ok(
      difference(
        predictions.flatMap(({ logits }) => logits),
        wanted,
      ) < 1e-4,
    );
    for (const inputs of [nested(images), { images: nested(images) }]) {
      const columns = await predict({ inputs }, '/v1/models/small/versions/1:predict');
      assert.deepEqual(Object.keys(columns.answer), ['outputs']);
      const outputs = columns.answer.outputs as { logits: number[][]; probabilities: number[][] };
      assert.ok(difference(outputs.logits.flat(), wanted) < 1e-4);
      assert.deepEqual(outputs.probabilities[1], predictions[1]!.probabilities);
    }
  });

  it('reports status and metadata', async () => {
    const get = async (path: string) => (await (await fetch(server.url + path)).json()) as object;
    const status = {
      model_version_status: [
        { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
      ],
    };
    assert.deepEqual(await get('/v1/models/small'), status);
    assert.deepEqual(await get('/v1/models/small/versions/1'), status);
    const metadata = JSON.stringify(await get('/v1/models/small/metadata'));
    assert.match(metadata, /"serving_default":\{"inputs":\{"images":\{"dtype":"DT_FLOAT"/);
  });

  it('refuses with {"error"}: both formats, neither, an unknown model, version, verb or signature', async () => {
    const one = nested(images);
    const cases: [unknown, string | undefined, number, RegExp][] = [
      [{ instances: one, inputs: one }, undefined, 400, /not both/],
      [{}, undefined, 400, /"instances" \(row format\)/],
      ['{"instances": [[NaN]]}', undefined, 400, /not JSON/],
      [{ instances: [] }, undefined, 400, /at least one entry/],
      [{ instances: [[1, 2]] }, undefined, 400, /instances\[0\]: found an array of 2/],
      [
        { instances: [one[0]!.map((row) => row.map(() => [0, 0, 7]))] },
        undefined,
        400,
        /found 7, expected numbers from 0 to 1/,
      ],
      [{ inputs: { pixels: one } }, undefined, 400, /found pixels, expected "images"/],
      [{ instances: one, signature_name: 'other' }, undefined, 400, /signature_name/],
      [{ instances: one }, '/v1/models/tiny:predict', 404, /no model tiny is loaded/],
      [{ instances: one }, '/v1/models/small/versions/2:predict', 404, /the version of small is 1/],
      [{ instances: one }, '/v1/models/small:classify', 404, /only :predict/],
      [{ instances: one }, '/v1/models/../etc:predict', 404, /not an address/],
    ];
    for (const [body, path, status, reason] of cases) {
      const { status: found, answer } = await predict(body, path);
      assert.deepEqual(Object.keys(answer), ['error']);
      assert.match(answer.error as string, reason);
      assert.equal(found, status, answer.error as string);
    }
  });
});
