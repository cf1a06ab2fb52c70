import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  compile,
  type FunctionDefinition,
  type HostArrays,
  type Program,
  type ProgramDefinition,
  tf,
} from '../../../src/engine/index.js';
import { assertClose, normals } from '../../support/numbers.js';
import { refusal } from '../../support/refusal.js';

const ADAM = { learningRateFeed: 'rate', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const CURVATURE = [0.5, 2, 1e-3, 3e-5, 0];

/** The loss is half the sum of curvature * w², so its gradient is curvature * w without differentiation. */
const quadratic: FunctionDefinition = {
  rows: 0,
  gather: {},
  feeds: { rate: [], curvature: [5] },
  adam: ADAM,
  body({ w }, { curvature }) {
    const gradient = tf.mul(w!, curvature!);
    return { outputs: { loss: tf.sum(tf.mul(gradient, w!)).div(2) }, gradients: { w: gradient } };
  },
};

const add: FunctionDefinition = {
  rows: 0,
  gather: {},
  feeds: { x: [2] },
  body: ({ w }, { x }) => ({ outputs: { sum: tf.add(tf.sum(w!), x!) } }),
};

const picked: FunctionDefinition = {
  rows: 3,
  gather: { pixels: { table: 'pixels', scale: 1 / 255 }, labels: { table: 'labels' } },
  feeds: {},
  body: (_, { pixels, labels }) => ({ outputs: { pixels: pixels!, labels: labels! } }),
};

const PIXELS = Uint8Array.from({ length: 24 }, (_, i) => (i * 41) % 256);
const LABELS = Uint8Array.of(9, 0, 7, 255);

function definition(): ProgramDefinition<'train' | 'add' | 'picked'> {
  return {
    variables: {
      w: { shape: [5], values: Float32Array.of(1, -2, 3, -4, 5) },
      other: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
    },
    tables: {
      pixels: { shape: [4, 2, 3], values: PIXELS },
      labels: { shape: [4], values: LABELS },
    },
    functions: { train: quadratic, add, picked },
  };
}

/** Algorithm 1 of the Adam paper in double precision, with TensorFlow's "epsilon hat". */
function adamOracle(start: Float32Array, rates: readonly number[]) {
  const w = Float64Array.from(start);
  const m = new Float64Array(w.length);
  const v = new Float64Array(w.length);
  for (const [i, rate] of rates.entries()) {
    const t = i + 1;
    const alpha = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    for (let k = 0; k < w.length; k++) {
      const gradient = CURVATURE[k]! * w[k]!;
      m[k] = 0.9 * m[k]! + 0.1 * gradient;
      v[k] = 0.999 * v[k]! + 0.001 * gradient ** 2;
      w[k]! -= (alpha * m[k]!) / (Math.sqrt(v[k]!) + 1e-7);
    }
  }
  return { w, m, v };
}

const step = (rate: number) => ({
  feeds: { rate: Float32Array.of(rate), curvature: Float32Array.from(CURVATURE) },
});

/** Tests that hold for every program, compiled or eager, on the engine that `start` starts. */
export function testPrograms(
  start: (t: TestContext) => Promise<boolean>,
  options: { compile: boolean; compiled: boolean },
): void {
  const name = options.compiled ? 'a compiled program' : 'an eager program';
  const make = <Name extends string>(made: ProgramDefinition<Name>): Program<Name> => compile(made, options);
  const test = (what: string, body: () => void) =>
    it(`${name} ${what}`, async (t) => {
      if (await start(t)) body();
    });
  const using = <Name extends string>(
    made: ProgramDefinition<Name>,
    body: (program: Program<Name>) => void,
  ) => {
    const program = make(made);
    try {
      body(program);
    } finally {
      program.dispose();
    }
  };

  test('reports whether it is compiled', () =>
    using(definition(), (program) => assert.equal(program.compiled, options.compiled)));

  test('takes the same Adam steps as an independent implementation, at changing learning rates', () => {
    const rates = [0.1, 0.1, 0.05, 0.2, 0, 0.01, 0.1, 0.1, 0.1, 0.1];
    using(definition(), (program) => {
      for (const [i, rate] of rates.entries()) {
        const before = program.readState();
        const { loss } = program.run('train', step(rate));
        const expected = CURVATURE.reduce((sum, c, k) => sum + (c * before.w![k]! ** 2) / 2, 0);
        assertClose(loss!, [expected], 1e-6, 'the loss is that of the weights before the step');
        const state = program.readState();
        const oracle = adamOracle(definition().variables.w!.values, rates.slice(0, i + 1));
        assertClose(state.w!, oracle.w, 1e-5, `weights after ${i + 1} steps`);
        assertClose(state['w/adam/m']!, oracle.m, 1e-5, 'first moment');
        assertClose(state['w/adam/v']!, oracle.v, 1e-4, 'second moment');
        assert.deepEqual(state['adam/step'], Float32Array.of(i + 1));
      }
    });
  });

  test('does not update variables without gradients, but has moments for all of them in its state', () =>
    using(definition(), (program) => {
      program.run('train', step(0.1));
      const state = program.readState();
      assert.deepEqual(state.other, Float32Array.of(1, 2, 3, 4));
      assert.deepEqual(Object.keys(state).sort(), [
        'adam/step',
        'other',
        'other/adam/m',
        'other/adam/v',
        'w',
        'w/adam/m',
        'w/adam/v',
      ]);
    }));

  test('picks the given rows of a table, scaled or as whole numbers', () =>
    using(definition(), (program) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }), (rows) => {
          const { pixels, labels } = program.run('picked', { rows: Int32Array.from(rows) });
          const expected = rows.flatMap((row) => [...PIXELS.subarray(row * 6, row * 6 + 6)]);
          assertClose(
            pixels!,
            expected.map((v) => v / 255),
            1e-6,
          );
          assert.deepEqual(
            [...labels!],
            rows.map((row) => LABELS[row]!),
          );
        }),
        { numRuns: 20 },
      );
    }));

  test('splits the rows of a call into parts, in order', () => {
    const part = (from: number, to: number) => ({ table: 'labels', part: [from, to] }) as const;
    const made = (gather: FunctionDefinition['gather']): ProgramDefinition<'f'> => ({
      variables: {},
      tables: { labels: { shape: [4], values: LABELS } },
      functions: { f: { rows: 4, gather, feeds: {}, body: (_, inputs) => ({ outputs: inputs }) } },
    });
    using(made({ first: part(0, 1), rest: part(1, 4) }), (program) => {
      const { first, rest } = program.run('f', { rows: Int32Array.of(3, 0, 0, 1) });
      assert.deepEqual([[...first!], [...rest!]], [[255], [9, 9, 0]]);
    });
    for (const wrong of [part(0, 5), part(2, 2), part(-1, 2), part(0.5, 2)]) {
      const expected = { what: 'rows that do not exist', where: 'first of f' };
      assert.throws(() => make(made({ first: wrong })), refusal(expected));
    }
  });

  test('uses the feeds of each call', () =>
    using(definition(), (program) => {
      for (const x of [
        [1, 2],
        [30, -40],
      ]) {
        const { sum } = program.run('add', { feeds: { x: Float32Array.from(x) } });
        assert.deepEqual(
          [...sum!],
          x.map((v) => v + 3),
        );
      }
    }));

  test('resumes from a state that was read and written back', () => {
    const saved: HostArrays = {};
    const losses: number[] = [];
    using(definition(), (program) => {
      program.run('train', step(0.1));
      Object.assign(saved, program.readState());
      losses.push(...[1, 2, 3].map(() => program.run('train', step(0.1)).loss![0]!));
    });
    using(definition(), (program) => {
      program.writeState(saved);
      assert.deepEqual(program.readState(), saved);
      assert.deepEqual(
        [1, 2, 3].map(() => program.run('train', step(0.1)).loss![0]!),
        losses,
      );
    });
  });

  test('shares its state neither with another program nor with the caller’s arrays', () => {
    const buffer = new ArrayBuffer(4096);
    // Four alignments: the addon takes over the memory of some arrays and copies others.
    const arrays = [0, 1, 2, 3].map((i) => new Float32Array(buffer, i * (1024 - 16), 100).fill(i));
    const body: FunctionDefinition['body'] = (variables) => ({
      outputs: { sum: tf.addN(Object.values(variables)) },
      gradients: Object.fromEntries(Object.keys(variables).map((key) => [key, tf.ones([100])])),
    });
    const made = (): ProgramDefinition<'train'> => ({
      variables: Object.fromEntries(arrays.map((values, i) => [`v${i}`, { shape: [100], values }])),
      tables: {},
      functions: { train: { rows: 0, gather: {}, feeds: { rate: [] }, adam: ADAM, body } },
    });
    using(made(), (first) =>
      using(made(), (second) => {
        const before = second.readState();
        first.writeState(Object.fromEntries(arrays.map((values, i) => [`v${i}`, values])));
        for (let i = 0; i < 3; i++) first.run('train', { feeds: { rate: Float32Array.of(1) } });
        for (const [i, array] of arrays.entries())
          assert.ok(
            array.every((v) => v === i),
            'the arrays are unchanged',
          );
        assert.deepEqual(second.readState(), before);
        const read = first.readState();
        read.v0!.fill(99);
        for (const array of arrays) array.fill(77);
        assert.ok(Math.abs(first.readState().v0![0]! + 3) < 1e-3, 'three steps of size 1 from 0');
      }),
    );
  });

  test('computes outputs from the weights before the update, even if gradients do not depend on them', () => {
    const made: ProgramDefinition<'train'> = {
      variables: { w: { shape: [1000], values: new Float32Array(1000) } },
      tables: {},
      functions: {
        train: {
          rows: 0,
          gather: {},
          feeds: { rate: [] },
          adam: ADAM,
          // A linear loss: its gradient is a constant, so nothing in it waits until w has been read.
          body: ({ w }) => ({ outputs: { w: w!, total: tf.sum(w!) }, gradients: { w: tf.ones([1000]) } }),
        },
      },
    };
    using(made, (program) => {
      for (let i = 0; i < 50; i++) {
        const before = program.readState().w!;
        const { w, total } = program.run('train', { feeds: { rate: Float32Array.of(1) } });
        assert.deepEqual(w, before);
        assertClose(total!, [before.reduce((a, b) => a + b, 0)], 1e-4);
      }
    });
  });

  test('accepts inputs that the body does not use', () => {
    const made: ProgramDefinition<'f'> = {
      variables: { w: { shape: [], values: Float32Array.of(4) } },
      tables: { labels: { shape: [4], values: LABELS } },
      functions: {
        f: {
          rows: 2,
          gather: { labels: { table: 'labels' } },
          feeds: { unused: [3] },
          body: ({ w }) => ({ outputs: { w: w! } }),
        },
      },
    };
    using(made, (program) => {
      const inputs = { rows: Int32Array.of(0, 1), feeds: { unused: new Float32Array(3) } };
      assert.deepEqual(program.run('f', inputs), { w: Float32Array.of(4) });
    });
  });

  test('returns integer and boolean outputs as floats', () => {
    const made: ProgramDefinition<'f'> = {
      variables: {},
      tables: {},
      functions: {
        f: {
          rows: 0,
          gather: {},
          feeds: { x: [3] },
          body: (_, { x }) => ({ outputs: { best: tf.argMax(x!), positive: tf.greater(x!, 0) } }),
        },
      },
    };
    using(made, (program) => {
      const found = program.run('f', { feeds: { x: Float32Array.of(-1, 5, 3) } });
      assert.deepEqual(found, { best: Float32Array.of(1), positive: Float32Array.of(0, 1, 1) });
    });
  });

  test('refuses invalid calls with errors that name what was found and expected', () =>
    using(definition(), (program) => {
      const rows = (...indices: number[]) => ({ rows: Int32Array.from(indices) });
      const call =
        (inputs: object, fn = 'picked') =>
        () =>
          program.run(fn as 'picked', inputs);
      const size = 'wrong number of values';
      assert.throws(
        call({}, 'nope'),
        refusal({ what: 'unknown function', found: 'nope', expected: 'train, add, picked' }),
      );
      assert.throws(call({}, 'toString'), refusal({ what: 'unknown function' }));
      assert.throws(
        call({}),
        refusal({ what: size, where: 'row indices of picked', found: 'nothing', expected: '3' }),
      );
      assert.throws(call(rows(1, 2)), refusal({ what: size, found: '2', expected: '3' }));
      const outside = { what: 'row index is outside', where: 'picked', expected: '0 to 3' };
      assert.throws(call(rows(0, 4, 1)), refusal({ ...outside, found: '4' }));
      assert.throws(call(rows(0, -1, 1)), refusal({ ...outside, found: '-1' }));
      const feeds = (given: object) => call({ feeds: given }, 'add');
      assert.throws(
        feeds({}),
        refusal({ what: size, where: 'feed x of add, shape [2]', found: 'nothing', expected: '2' }),
      );
      assert.throws(
        feeds({ x: new Float32Array(3) }),
        refusal({ what: size, where: 'feed x', found: '3', expected: '2' }),
      );
      const misspelt = { x: new Float32Array(2), y: new Float32Array(2) };
      assert.throws(
        feeds(misspelt),
        refusal({ what: 'unknown feed', where: 'add', found: 'y', expected: 'x' }),
      );
    }));

  test('refuses invalid state and then writes nothing', () =>
    using(definition(), (program) => {
      const before = program.readState();
      const write = (values: HostArrays) => () =>
        program.writeState({ other: new Float32Array(4), ...values });
      assert.throws(
        write({ v: new Float32Array(1) }),
        refusal({ what: 'unknown variable', found: 'v', expected: 'w, other' }),
      );
      assert.throws(
        write({ w: new Float32Array(4) }),
        refusal({
          what: 'wrong number of values',
          where: 'variable w, shape [5]',
          found: '4',
          expected: '5',
        }),
      );
      assert.deepEqual(program.readState(), before);
    }));

  test('refuses inconsistent definitions', () => {
    const base = definition();
    const refuse = (change: object, parts: Parameters<typeof refusal>[0]) =>
      assert.throws(() => make({ ...base, ...change } as ProgramDefinition), refusal(parts));
    const fn = (change: object) => ({ functions: { f: { ...picked, ...change } } });
    const w = { shape: [5], values: new Float32Array(4) };
    refuse(
      { variables: { w } },
      { what: 'wrong number of values', where: 'w [5]', found: '4', expected: '5' },
    );
    const unknown = fn({ gather: { x: { table: 'images' } } });
    refuse(unknown, { what: 'unknown table', where: 'f', found: 'images', expected: 'pixels, labels' });
    refuse(fn({ adam: ADAM }), { what: 'unknown feed', where: 'f', found: 'rate', expected: '(none)' });
    refuse(fn({ feeds: { pixels: [1] } }), { what: 'two inputs of f share a name', found: 'pixels' });
    const scalar = { shape: [], values: new Float32Array(1) };
    refuse({ variables: { labels: scalar } }, { what: 'share a name', found: 'labels' });
    refuse(
      { variables: { ...base.variables, 'adam/step': scalar } },
      { what: 'share a name', found: 'adam/step' },
    );
    refuse(
      { variables: { ...base.variables, 'w/adam/m': scalar } },
      { what: 'share a name', found: 'w/adam/m' },
    );
    refuse({ variables: { 'a b': scalar } }, { what: 'characters', found: '"a b"' });
    refuse({ functions: { 'a/b': picked } }, { what: 'characters', found: '"a/b"' });
  });

  /** Asserts that the body is refused when it is compiled or first called. */
  const refuseBody = (change: Partial<FunctionDefinition>, parts: Parameters<typeof refusal>[0]) => {
    const made = { ...definition(), functions: { f: { ...quadratic, ...change } } };
    const before = tf.memory().numTensors;
    assert.throws(() => using(made, (program) => program.run('f', step(0.1))), refusal(parts));
    assert.equal(tf.memory().numTensors, before, 'no tensor is leaked');
  };
  type Body = FunctionDefinition['body'];

  test('refuses bodies with invalid results', () => {
    const none = { what: 'returns no output', where: 'f' };
    refuseBody({ body: () => ({ outputs: {} }) }, none);
    refuseBody({ body: (() => undefined) as unknown as Body }, none);
    refuseBody({ body: (async () => ({ outputs: {} })) as unknown as Body }, { ...none, found: 'a promise' });
    const gives = (gradients: (w: tf.Tensor) => Record<string, tf.Tensor>): Partial<FunctionDefinition> => ({
      body: ({ w }) => ({ outputs: { w: w! }, gradients: gradients(w!) }),
    });
    const { adam: _, ...withoutAdam } = quadratic;
    const plain = { ...definition(), functions: { f: { ...withoutAdam, ...gives((w) => ({ w })) } } };
    assert.throws(
      () => using(plain, (program) => program.run('f', step(0.1))),
      refusal({ what: 'has no optimizer', where: 'f' }),
    );
    refuseBody(
      gives((w) => ({ v: w })),
      { what: 'unknown variable', where: 'gradients of f', found: 'v' },
    );
    const wrong = { what: 'gradient does not match', where: 'w, in f', expected: 'float32 [5]' };
    refuseBody(
      gives((w) => ({ w: tf.sum(w) })),
      { ...wrong, found: 'float32 []' },
    );
    refuseBody(
      gives((w) => ({ w: w.toInt() })),
      { ...wrong, found: 'int32 [5]' },
    );
    const numbers = { what: 'cannot be read back', where: 'output out of f' };
    refuseBody(
      { body: ({ w }) => ({ outputs: { w: w!, out: tf.tensor(['a']) } }) },
      { ...numbers, found: 'string' },
    );
    const bare = { outputs: { out: 3 as unknown as tf.Tensor } };
    refuseBody({ body: () => bare }, { ...numbers, found: 'number' });
    refuseBody({ body: ({ w }) => ({ outputs: { 'a,b': w! } }) }, { what: 'characters', found: '"a,b"' });
  });

  test('throws when used after dispose, which may be called twice', () => {
    const program = make(definition());
    program.dispose();
    program.dispose();
    const gone = refusal({ what: 'disposed of' });
    assert.throws(() => program.run('train', step(0.1)), gone);
    assert.throws(() => program.readState(), gone);
    assert.throws(() => program.writeState({ w: normals('w', 5) }), gone);
  });

  test('leaks no tensors and survives the end of a surrounding tidy', () => {
    const before = tf.memory().numTensors;
    let program!: Program<'train' | 'add' | 'picked'>;
    tf.tidy(() => {
      program = make(definition());
      program.run('train', step(0.1));
    });
    const held = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) {
      program.run('train', step(0.1));
      program.run('picked', { rows: Int32Array.of(1, 2, 3) });
      program.writeState(program.readState());
    }
    assert.equal(tf.memory().numTensors, held);
    program.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
}
