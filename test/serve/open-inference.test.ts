import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { pythonWith, runPython } from '../support/python.js';
import { difference, logitsOf, nested, type Running, running, someImages } from './running.js';

let server: Running;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  server = await running({ after: (end) => ends.push(end) });
});
after(async () => {
  for (const end of ends) await end();
});

interface Output {
  readonly name: string;
  readonly shape: number[];
  readonly datatype: string;
  readonly data: number[];
}

const infer = async (body: unknown, path = '/v2/models/small/infer') => {
  const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
};

const images = someImages(2);
const input = (changes: object = {}) => ({
  name: 'images',
  shape: [2, 32, 32, 3],
  datatype: 'UINT8',
  data: [...images],
  ...changes,
});

describe('the Open Inference Protocol', () => {
  it('answers bytes and floats, flat and nested, and echoes the id', async () => {
    const wanted = await logitsOf(images);
    const floats = nested(images);
    for (const changes of [
      {},
      { datatype: 'FP32', data: floats },
      { datatype: 'FP32', data: floats.flat(3) },
    ]) {
      const { status, answer } = await infer({ id: 'seven', inputs: [input(changes)] });
      assert.equal(status, 200);
      assert.deepEqual([answer.id, answer.model_name, answer.model_version], ['seven', 'small', '1']);
      const [logits, probabilities] = answer.outputs as [Output, Output];
      assert.deepEqual([logits.name, logits.shape, logits.datatype], ['logits', [2, 10], 'FP32']);
      assert.ok(difference(logits.data, wanted) < 1e-4);
      assert.ok(Math.abs(probabilities.data.reduce((a, b) => a + b) - 2) < 1e-5);
    }
    const only = await infer(
      { inputs: [input()], outputs: [{ name: 'probabilities' }] },
      '/v2/models/small/versions/1/infer',
    );
    assert.deepEqual(
      (only.answer.outputs as Output[]).map(({ name }) => name),
      ['probabilities'],
    );
    assert.ok(!('id' in only.answer));
  });

  it('reports health and metadata', async () => {
    const get = async (path: string) => {
      const response = await fetch(server.url + path);
      return [response.status, await response.json()];
    };
    assert.deepEqual(await get('/v2/health/live'), [200, { live: true }]);
    assert.deepEqual(await get('/v2/health/ready'), [200, { ready: true }]);
    assert.deepEqual(await get('/v2/models/small/ready'), [200, { name: 'small', ready: true }]);
    const [, server2] = await get('/v2');
    assert.deepEqual(server2, { name: 'whyconv', version: '2', extensions: ['binary_tensor_data'] });
    const [status, metadata] = await get('/v2/models/small/versions/1');
    assert.equal(status, 200);
    assert.deepEqual((metadata as { inputs: object }).inputs, [
      { name: 'images', datatype: 'FP32', shape: [-1, 32, 32, 3] },
    ]);
  });

  it('takes and gives binary tensors as Triton’s clients send them', async (t) => {
    const python = pythonWith(t, ['numpy']);
    if (!python) return;
    const program = `
import sys, json, urllib.request, numpy as np
url = sys.argv[1]
x = (np.arange(2 * 3072) % 256).astype(np.uint8)
def ask(array, datatype, binary):
    head = json.dumps({'id': 'b', 'inputs': [{'name': 'images', 'shape': [2, 32, 32, 3], 'datatype': datatype,
        'parameters': {'binary_data_size': array.nbytes}}], 'parameters': {'binary_data_output': binary}}).encode()
    request = urllib.request.Request(url, head + array.tobytes(), {'Inference-Header-Content-Length': str(len(head))})
    response = urllib.request.urlopen(request)
    body, length = response.read(), response.headers.get('Inference-Header-Content-Length')
    if not binary:
        assert length is None
        return np.array(json.loads(body)['outputs'][0]['data'], np.float32)
    answer = json.loads(body[:int(length)])
    sizes = [output['parameters']['binary_data_size'] for output in answer['outputs']]
    assert sum(sizes) == len(body) - int(length)
    return np.frombuffer(body[int(length):], np.float32)[:20]
answers = [ask(x, 'UINT8', True), ask(x, 'UINT8', False), ask((x / 255).astype(np.float32), 'FP32', True)]
for other in answers[1:]: assert np.allclose(other, answers[0], atol=1e-4)
print('ok')
`;
    assert.equal(await runPython(python, program, `${server.url}/v2/models/small/infer`), 'ok\n');
  });

  it('serves Triton’s own client', async (t) => {
    const python = process.env.WHYCONV_PYTHON ?? 'python3';
    // Not every index of packages has it.
    if (spawnSync(python, ['-c', 'import tritonclient.http']).status !== 0)
      return t.skip('no Python with tritonclient');
    const program = `
import sys, numpy as np, tritonclient.http as http
client = http.InferenceServerClient(sys.argv[1].removeprefix('http://'))
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready('small')
x = http.InferInput('images', [1, 32, 32, 3], 'UINT8'); x.set_data_from_numpy(np.zeros((1, 32, 32, 3), np.uint8))
assert client.infer('small', [x], request_id='7').as_numpy('logits').shape == (1, 10)
print('ok')
`;
    assert.equal(await runPython(python, program, server.url), 'ok\n');
  });

  it('refuses with {"error"} and what is wrong', async () => {
    const cases: [unknown, number, RegExp][] = [
      [{}, 400, /^inputs: /],
      [{ inputs: [] }, 400, /^inputs: /],
      [{ inputs: [input({ name: 'x' })] }, 400, /^inputs\.0\.name: .*"images"/],
      [{ inputs: [input({ datatype: 'BYTES' })] }, 400, /^inputs\.0\.datatype: /],
      [{ inputs: [input({ shape: [2, 3, 32, 32] })] }, 400, /expected \[n, 32, 32, 3\]/],
      [{ inputs: [input({ shape: [0, 32, 32, 3] })] }, 400, /expected \[n, 32, 32, 3\]/],
      [{ inputs: [input({ shape: [1e9, 32, 32, 3] })] }, 400, /at most 2048 per request/],
      [{ inputs: [input({ data: [1, 2, 3] })] }, 400, /expected 6144 numbers/],
      [{ inputs: [input({ data: [...images].fill(-1) })] }, 400, /whole numbers from 0 to 255/],
      [{ inputs: [input({ datatype: 'FP32' })] }, 400, /expected numbers from 0 to 1/],
      [{ inputs: [input()], outputs: [{ name: 'classes' }] }, 400, /^outputs\.0\.name: /],
    ];
    for (const [body, status, reason] of cases) {
      const { status: found, answer } = await infer(body);
      assert.deepEqual(Object.keys(answer), ['error']);
      assert.match(answer.error as string, reason);
      assert.equal(found, status);
    }
    assert.equal((await infer({ inputs: [input()] }, '/v2/models/other/infer')).status, 404);
  });
});
