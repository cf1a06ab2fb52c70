import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exportNetwork } from '../../src/export/index.js';
import { npyOf } from '../../src/serve/output/npy.js';
import { pythonWith, runPython } from '../support/python.js';
import {
  difference,
  logitsOf,
  NETWORK,
  nested,
  pngOf,
  type Running,
  running,
  someImages,
} from './running.js';

interface Prediction {
  readonly label: string;
  readonly probability: number;
  readonly probabilities: Record<string, number>;
  readonly logits: number[];
}

let server: Running;
let folder: string;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-serve-'));
  server = await running({ after: (end) => ends.push(end) }, { modelsRoot: folder });
});
after(async () => {
  for (const end of ends) await end();
  await rm(folder, { recursive: true, force: true });
});

const post = (path: string, type: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });

const images = someImages(3);
const invocations = '/invocations';

describe('the contract of SageMaker', () => {
  it('answers /ping with an empty 200, whatever headers come', async () => {
    const response = await fetch(`${server.url}/ping`, { headers: { 'x-amzn-something': 'new' } });
    assert.deepEqual([response.status, await response.text()], [200, '']);
  });

  it('answers every content type with the same logits', async () => {
    const wanted = await logitsOf(images);
    const lists = nested(images);
    const flat = lists.map((image) => image.flat(2));
    const bodies: [string, BodyInit][] = [
      ['application/json', JSON.stringify({ instances: lists })],
      ['application/json', JSON.stringify({ instances: flat })],
      [
        'application/json; charset=utf-8',
        JSON.stringify({ instances: lists.map((image) => ({ images: image })) }),
      ],
      [
        'application/json',
        JSON.stringify({
          instances: [0, 1, 2].map((i) => ({
            b64: pngOf(images.subarray(3072 * i, 3072 * (i + 1))).toString('base64'),
          })),
        }),
      ],
      ['application/jsonlines', flat.map((image) => JSON.stringify(image)).join('\n')],
      ['text/csv', flat.map((image) => image.join(',')).join('\r\n')],
    ];
    for (const [type, body] of bodies) {
      const response = await post(invocations, type, body);
      assert.equal(response.status, 200, type);
      const { predictions } = (await response.json()) as { predictions: Prediction[] };
      assert.ok(
        difference(
          predictions.flatMap(({ logits }) => logits),
          wanted,
        ) < 1e-4,
        type,
      );
    }
  });

  it('answers a picture, JPEG or PNG, with its most probable class', async () => {
    const response = await post(invocations, 'image/png', pngOf(images.subarray(0, 3072)));
    const { predictions } = (await response.json()) as { predictions: [Prediction] };
    const [{ label, probability, probabilities, logits }] = predictions;
    assert.ok(difference(logits, (await logitsOf(images)).subarray(0, 10)) < 1e-4);
    assert.ok(Math.abs(Object.values(probabilities).reduce((sum, p) => sum + p) - 1) < 1e-5);
    assert.equal(probabilities[label], probability);
    assert.equal(Math.max(...Object.values(probabilities)), probability);
    const sharp = require('sharp') as (input: Buffer) => {
      resize(side: number): { jpeg(): { toBuffer(): Promise<Buffer> } };
    };
    const photo: Uint8Array = await sharp(pngOf(images.subarray(0, 3072)))
      .resize(400)
      .jpeg()
      .toBuffer();
    assert.equal((await post(invocations, 'image/jpeg', Uint8Array.from(photo))).status, 200);
  });

  it('answers as Accept says, and refuses what it cannot', async () => {
    const picture = pngOf(images.subarray(0, 3072));
    const ask = (accept: string) => post(invocations, 'image/png', picture, { accept });
    const lines = await ask('application/jsonlines, application/json;q=0.5');
    assert.match(await lines.text(), /^\{"label":.*\}\n$/);
    const csv = await ask('text/csv');
    const numbers = (await csv.text()).trim().split(',').map(Number);
    assert.ok(numbers.length === 10 && Math.abs(numbers.reduce((a, b) => a + b) - 1) < 1e-5);
    assert.match((await ask('*/*')).headers.get('content-type')!, /^application\/json/);
    const refused = await ask('image/png');
    assert.equal(refused.status, 406);
    assert.match(((await refused.json()) as { error: string }).error, /expected one of application\/json/);
  });

  it('reads and writes NumPy’s format as NumPy does', async (t) => {
    const python = pythonWith(t, ['numpy']);
    if (!python) return;
    const program = `
import sys, io, json, urllib.request, numpy as np
url = sys.argv[1]
x = np.arange(2 * 3072, dtype=np.uint32).reshape(2, 32, 32, 3).astype(np.uint8)
answers = []
for a in (x, x[0], (x / 255).astype(np.float32), x / 255.0, x / np.float16(255)):
    out = io.BytesIO(); np.save(out, a)
    request = urllib.request.Request(url, out.getvalue(), {'Content-Type': 'application/x-npy', 'Accept': 'application/x-npy'})
    answers.append(np.load(io.BytesIO(urllib.request.urlopen(request).read())))
assert answers[0].shape == (2, 10) and answers[0].dtype == np.float32, answers[0]
assert np.allclose(answers[0].sum(1), 1, atol=1e-5)
for other in answers[1:4]: assert np.allclose(other, answers[0][:len(other)], atol=1e-5)
assert np.allclose(answers[4], answers[0], atol=1e-2)
print('ok')
`;
    assert.equal(await runPython(python, program, server.url + invocations), 'ok\n');
  });

  it('is an endpoint to AWS’s own client', async (t) => {
    const python = pythonWith(t, ['boto3']);
    if (!python) return;
    const program = `
import sys, json, boto3, botocore
client = boto3.client('sagemaker-runtime', endpoint_url=sys.argv[1], region_name='eu-west-1', aws_access_key_id='x', aws_secret_access_key='y')
body = json.dumps({'instances': [[0.5] * 3072]})
answer = client.invoke_endpoint(EndpointName='whyconv', ContentType='application/json', Accept='application/json', Body=body)
assert answer['ContentType'].startswith('application/json')
print(json.loads(answer['Body'].read())['predictions'][0]['label'])
try:
    client.invoke_endpoint(EndpointName='whyconv', ContentType='application/json', Body='{}')
except botocore.exceptions.ClientError as error:
    print(error.response['ResponseMetadata']['HTTPStatusCode'])
`;
    assert.match(await runPython(python, program, server.url), /^[a-z]+\n400\n$/);
  });

  it('describes itself for batch transform', async () => {
    const response = await fetch(`${server.url}/execution-parameters`);
    assert.deepEqual(await response.json(), {
      MaxConcurrentTransforms: 8,
      BatchStrategy: 'MULTI_RECORD',
      MaxPayloadInMB: 6,
    });
  });

  it('refuses more than 6 MB with 413, and types that it does not know with 415', async () => {
    const large = await post(invocations, 'application/x-npy', new Uint8Array(6 * 1024 * 1024 + 1));
    assert.equal(large.status, 413);
    const odd = await post(invocations, 'application/x-www-form-urlencoded', 'a=b');
    assert.equal(odd.status, 415);
    assert.match(((await odd.json()) as { error: string }).error, /expected image\/png, image\/jpeg/);
  });
});

describe('several models on one port', () => {
  const load = (name: unknown, url: unknown) =>
    post('/models', 'application/json', JSON.stringify({ model_name: name, url }));

  it('loads, lists, asks and unloads a model by its name', async () => {
    await exportNetwork('safetensors', NETWORK, join(folder, 'a', 'model'));
    const url = join(folder, 'a', 'model');
    assert.equal((await load('a', url)).status, 200);
    assert.equal((await load('a', url)).status, 409);
    const listed = (await (await fetch(`${server.url}/models`)).json()) as { models: object[] };
    assert.deepEqual(listed.models[1], { modelName: 'a', modelUrl: url });
    assert.deepEqual(await (await fetch(`${server.url}/models/a`)).json(), { modelName: 'a', modelUrl: url });
    assert.equal((await post('/models/a/invoke', 'image/png', pngOf(images.subarray(0, 3072)))).status, 200);
    const remove = () => fetch(`${server.url}/models/a`, { method: 'DELETE' });
    assert.equal((await remove()).status, 200);
    assert.equal((await remove()).status, 404);
    assert.equal((await fetch(`${server.url}/models/a`)).status, 404);
    assert.equal((await post('/models/a/invoke', 'image/png', 'x')).status, 404);
  });

  it('answers what waits for a model that is unloaded, and refuses with 404 what comes later', async () => {
    await exportNetwork('safetensors', NETWORK, join(folder, 'c'));
    assert.equal((await load('c', join(folder, 'c'))).status, 200);
    const many = Buffer.from(npyOf(new Float32Array(100 * 3072), [100, 32, 32, 3]));
    const asked = Array.from({ length: 10 }, () => post('/models/c/invoke', 'application/x-npy', many));
    await Promise.race(asked);
    assert.equal((await fetch(`${server.url}/models/c`, { method: 'DELETE' })).status, 200);
    for (const { status } of await Promise.all(asked))
      assert.ok(status === 200 || status === 404, `${status}`);
    assert.equal((await post('/models/c/invoke', 'application/x-npy', many)).status, 404);
  });

  it('loads nothing from outside of its folder, and says what is wrong with what is inside', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    await cp(__filename, join(folder, 'broken', 'model.safetensors'));
    const cases: [unknown, unknown, RegExp][] = [
      ['b', '/etc', /expected a folder inside/],
      ['b', `${folder}/../${'x'.repeat(5)}`, /expected a folder inside/],
      ['b', join(folder, 'empty'), /holds no model\.safetensors/],
      ['b', join(folder, 'broken'), /not a whole safetensors file/],
      [7, folder, /expected \{"model_name": text, "url": text\}/],
    ];
    for (const [name, url, reason] of cases) {
      const response = await load(name, url);
      assert.equal(response.status, 400, String(url));
      assert.match(((await response.json()) as { error: string }).error, reason);
    }
  });

  it('keeps the model that it was started with', async () => {
    assert.equal((await fetch(`${server.url}/models/small`, { method: 'DELETE' })).status, 403);
    assert.equal((await fetch(`${server.url}/ping`)).status, 200);
  });
});
