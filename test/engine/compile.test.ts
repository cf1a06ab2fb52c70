import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe } from 'node:test';
import { buildGraph } from '../../src/engine/build-graph.js';
import {
  type CallTimes,
  compile,
  type FunctionDefinition,
  type Program,
  type ProgramDefinition,
  tf,
} from '../../src/engine/index.js';
import { type NativeBinding, nativeBackend } from '../../src/engine/native-binding.js';
import { MODELS } from '../../src/models/index.js';
import { itNative } from '../support/native.js';
import { assertClose } from '../support/numbers.js';
import { refusal } from '../support/refusal.js';
import { joined, STEP_CASES, stepCase, stepInputs, stepProgram, stepSpec } from './cases/step.js';

type Body = FunctionDefinition['body'];

const program = (body: Body): ProgramDefinition<'f'> => ({
  variables: {
    a: { shape: [3], values: Float32Array.of(1, 2, 3) },
    b: { shape: [3], values: Float32Array.of(4, 5, 6) },
  },
  tables: {},
  functions: { f: { rows: 0, gather: {}, feeds: { x: [3] }, body } },
});

/** What the addon holds: freed by nobody but us. */
function held(): { models: number; tensors: number; numTensors: number; folders: number } {
  const binding = nativeBackend().binding as NativeBinding & {
    getNumOfSavedModels(): number;
    getNumOfTensors(): number;
  };
  return {
    models: binding.getNumOfSavedModels(),
    tensors: binding.getNumOfTensors(),
    numTensors: tf.memory().numTensors,
    folders: readdirSync(tmpdir()).filter((name) => name.startsWith('whyconv-graph-')).length,
  };
}

/** Refuses to compile the body, and leaves the engine as it was. */
function refuses(body: Body, parts: Parameters<typeof refusal>[0]): void {
  const before = held();
  const { binding } = nativeBackend();
  assert.throws(() => compile(program(body)), refusal(parts));
  assert.equal(nativeBackend().binding, binding, 'the binding is the addon’s own again');
  assert.deepEqual(held(), before);
}

/*
 * Rounding in the last bit decides now and then which side of a ReLU or which pixel of a pooling window counts, and from there
 * two runs drift apart, the faster the higher the rate: an eager run from weights changed by 6e-8 drifts from its like just as
 * far as the compiled one does (extra_big, rate 1e-3: both about 1e-3 after 20 steps). This rate keeps that out of the way.
 */
const RATE = 1e-4;

/** All weights in one array, without the optimizer's state. */
const weightsOf = (made: Program): Float32Array =>
  joined(Object.fromEntries(Object.entries(made.readState()).filter(([name]) => !name.includes('adam/'))));

describe('a compiled training step', () => {
  for (const stepped of STEP_CASES) {
    itNative(`of ${stepped[0]} gives the weights that eager steps give`, () => {
      const spec = stepCase(stepped);
      const [graph, eager] = [true, false].map((compiled) =>
        compile(stepProgram(spec), { compile: compiled }),
      );
      const inputs = [stepInputs(spec, RATE), stepInputs(spec, RATE)] as const;
      for (let step = 1; step <= 20; step++) {
        const found = graph!.run('train', inputs[0]());
        const expected = eager!.run('train', inputs[1]());
        if (step !== 1 && step !== 20) continue;
        assertClose(found.loss!, expected.loss!, 1e-4, `loss of step ${step}`);
        const tolerance = step === 1 ? 1e-5 : 1e-3;
        assertClose(weightsOf(graph!), weightsOf(eager!), tolerance, `weights after step ${step}`);
      }
      graph!.dispose();
      eager!.dispose();
    });
  }

  itNative('takes a new dropout mask at each call', () => {
    const spec = stepSpec(MODELS.small, 4);
    const made = compile(stepProgram(spec));
    const size = 4 * 128;
    const loss = (keep: (i: number) => number) => {
      const mask = Float32Array.from({ length: size }, (_, i) => keep(i));
      const feeds = { learningRate: Float32Array.of(0), 'mask/dropout1': mask };
      return made.run('train', { rows: Int32Array.of(0, 1, 2, 3), feeds }).loss![0]!;
    };
    const [all, none, half] = [loss(() => 1), loss(() => 0), loss((i) => 2 * (i % 2))];
    assert.equal(
      none,
      Math.fround(Math.log(10)),
      'without the hidden units all logits are their zero biases',
    );
    assert.equal(new Set([all, none, half]).size, 3);
    assert.equal(
      loss(() => 1),
      all,
      'the rate was 0: the same mask gives the same loss',
    );
    made.dispose();
  });

  itNative('frees the graph, its variables and every tensor on dispose', () => {
    const before = held();
    const made = compile(stepProgram(stepSpec(MODELS.small, 4)));
    assert.equal(held().models, before.models + 1);
    made.run('train', stepInputs(stepSpec(MODELS.small, 4))());
    made.writeState(made.readState());
    made.dispose();
    assert.deepEqual(held(), before);
  });
});

describe('the compiler', () => {
  itNative('prunes what no output needs', () => {
    const body: Body = ({ a }, { x }) => {
      tf.exp(a!);
      const unusedConstant = tf.cos(tf.tensor1d([1, 2, 3]));
      tf.mul(unusedConstant, a!);
      return { outputs: { sum: tf.add(a!, x!) } };
    };
    const ops = buildGraph(program(body)).nodes.map(({ op }) => op);
    for (const dead of ['Exp', 'Cos', 'Mul', 'Const']) {
      const count = ops.filter((op) => op === dead).length;
      // Each variable has one constant, for what fetches its assignment.
      assert.equal(count, dead === 'Const' ? 2 : 0, dead);
    }
    assert.equal(ops.filter((op) => op === 'Add').length, 1);
    assert.equal(
      ops.filter((op) => op === 'ReadVariableOp').length,
      3,
      'two to read state, one used by the body',
    );
  });

  itNative('tells what each call spent its time on', () => {
    const calls: CallTimes[] = [];
    const made = compile(
      program(({ a }, { x }) => ({ outputs: { sum: tf.add(a!, x!) } })),
      { onCall: (times) => calls.push(times) },
    );
    const began = performance.now();
    for (let i = 0; i < 3; i++) made.run('f', { feeds: { x: Float32Array.of(1, 2, 3) } });
    const spent = performance.now() - began;
    made.dispose();
    assert.equal(calls.length, 3, 'setting variables is no call');
    const parts = calls.flatMap(({ input, run, readBack }) => [input, run, readBack]);
    assert.ok(parts.every((part) => part > 0));
    assert.ok(parts.reduce((sum, part) => sum + part, 0) <= spent);
  });

  // Found as heap corruption: Node's references may be deleted on its own thread only.
  itNative('lets no variable hold a JavaScript array’s memory', () => {
    const { nodes } = buildGraph(program(({ a }, { x }) => ({ outputs: { sum: tf.add(a!, x!) } })));
    const opOf = new Map(nodes.map(({ name, op }) => [name, op]));
    const assigned = nodes.filter(({ op }) => op === 'AssignVariableOp').map(({ inputs }) => inputs[1]!);
    assert.ok(assigned.length >= 2);
    for (const value of assigned) assert.equal(opOf.get(value), 'DeepCopy');
  });

  itNative('refuses what JavaScript draws or counts in the step', () => {
    const parts = { what: 'does not do the same twice', remedy: 'as a feed' };
    refuses((_, { x }) => ({ outputs: { y: tf.mul(x!, Math.random()) } }), parts);
    refuses((_, { x }) => ({ outputs: { y: tf.dropout(x!, 0.5) } }), parts);
    refuses((_, { x }) => ({ outputs: { y: tf.add(x!, tf.randomNormal([3])) } }), parts);
    // Not an input of any operation: a constant that is itself a result.
    refuses(() => ({ outputs: { y: tf.scalar(Math.random()) } }), parts);
    let calls = 0;
    refuses(({ a, b }) => ({ outputs: { y: tf.exp(calls++ % 2 ? a! : b!) } }), parts);
    refuses(({ a, b }) => ({ outputs: { y: calls++ % 2 ? a! : b! } }), parts);
    refuses((_, { x }) => ({ outputs: { y: calls++ % 2 ? tf.exp(x!) : tf.sin(x!) } }), parts);
  });

  itNative('refuses random operations of the engine itself', () => {
    refuses(({ a }) => ({ outputs: { y: tf.multinomial(a as tf.Tensor1D, 2, 7) } }), {
      what: 'draws random numbers',
      found: 'Multinomial',
    });
  });

  itNative('refuses results whose shape depends on values', () => {
    const parts = { what: 'whose shape depends on values' };
    refuses((_, { x }) => ({ outputs: { y: tf.mean(tf.unique(x!).values) } }), {
      ...parts,
      found: 'UniqueV2',
    });
    refuses((_, { x }) => {
      const boxes = tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1], [3, 4]);
      return { outputs: { y: tf.image.nonMaxSuppression(boxes, x as tf.Tensor1D, 3) } };
    }, parts);
  });

  itNative('takes constants, drawn or not, that are the same each time', () => {
    const made = compile(
      program((_, { x }) => ({ outputs: { y: tf.add(x!, tf.randomUniform([3], 0, 1, 'float32', 'seed')) } })),
    );
    const y = () => made.run('f', { feeds: { x: new Float32Array(3) } }).y!;
    assert.deepEqual(y(), y());
    made.dispose();
  });

  itNative('refuses a step that reads values', () => {
    const parts = { what: "reads a tensor's values" };
    refuses(({ a }) => ({ outputs: { y: tf.scalar(a!.dataSync()[0]!) } }), parts);
    refuses((_, { x }) => ({ outputs: { y: tf.scalar(tf.sum(x!).arraySync() as number) } }), parts);
    // Shapes that depend on values are found by reading them.
    refuses(({ a }, { x }) => ({ outputs: { y: tf.gather(a!, tf.topk(x!, 2).indices) } }), parts);
  });

  itNative('refuses tensors from outside', () => {
    const kept = tf.tensor1d([7, 8, 9]);
    const uploaded = tf.exp(kept);
    const parts = { what: 'uses a tensor from outside' };
    for (const outside of [uploaded, tf.keep(tf.tensor1d([1, 2, 3]))]) {
      const before = nativeBackend().binding;
      assert.throws(
        () => compile(program((_, { x }) => ({ outputs: { y: tf.mul(x!, outside) } }))),
        refusal({ what: /outside \(in Mul\)/ }),
      );
      assert.throws(() => compile(program(() => ({ outputs: { y: outside } }))), refusal(parts));
      assert.equal(nativeBackend().binding, before);
      outside.dispose();
    }
    kept.dispose();
  });

  itNative('refuses strings', () => {
    const parts = { what: 'string tensor' };
    refuses((_, { x }) => {
      const strings = tf.tensor1d(['a', 'b', 'c']);
      return { outputs: { y: tf.where(tf.equal(strings, strings), x!, x!) } };
    }, parts);
  });

  itNative('passes a body’s own error on, with the engine as it was', () => {
    const before = held();
    const { binding } = nativeBackend();
    const failing = program(({ a }) => {
      tf.exp(a!);
      throw new RangeError('my own');
    });
    assert.throws(() => compile(failing), { name: 'RangeError', message: 'my own' });
    assert.equal(nativeBackend().binding, binding);
    assert.deepEqual(held(), before);
    const [two] = tf.tidy(() => [...tf.add(1, 1).dataSync()]);
    assert.equal(two, 2, 'the engine computes');
  });

  itNative('frees a graph that TensorFlow cannot run', () => {
    const before = held();
    const broken: ProgramDefinition<'f'> = {
      ...program((_, { x }) => ({ outputs: { y: tf.exp(x!) } })),
      // Passes our checks and is refused by the addon.
      tables: { t: { shape: [2], values: new Int32Array(2) as unknown as Uint8Array } },
    };
    assert.throws(() => compile(broken), /type/);
    assert.deepEqual(held(), before);
  });
});
