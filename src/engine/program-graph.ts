import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGraph, type CompiledFunction } from './build-graph.js';
import { type GraphNode, serializeSavedModel } from './graph-def.js';
import { NAMES } from './graph-nodes.js';
import { DTYPE, type NativeBinding, nativeBackend } from './native-binding.js';
import type {
  CallInputs,
  CallTimes,
  HostArrays,
  Program,
  ProgramDefinition,
  VariableDefinition,
} from './program.js';
import { checkCall, checkDefinition, checkState, disposedProgram } from './program-inputs.js';

type OnCall = (times: CallTimes) => void;

/**
 * Compiles a program's functions into one TensorFlow graph and loads it. Each call is then one call into TensorFlow,
 * with its graph optimizer (fused convolution, bias and ReLU) and its parallel executor.
 *
 * @throws WhyconvError if a function cannot be recorded faithfully (see record.ts), Error if TensorFlow refuses the graph
 */
export function graphProgram<Name extends string>(
  definition: ProgramDefinition<Name>,
  onCall?: OnCall,
): Program<Name> {
  checkDefinition(definition);
  const { nodes, functions, variables } = buildGraph(definition);
  const session = new Session(nativeBackend().binding, nodes);
  const write = (name: string, values: Float32Array) =>
    session.set(name, variables[name]!.shape, DTYPE.float, values);
  try {
    for (const [name, { shape, values }] of Object.entries(definition.tables)) {
      session.set(name, shape, DTYPE.uint8, values);
    }
    for (const [name, { values }] of Object.entries(variables)) write(name, values);
  } catch (error) {
    session.dispose();
    throw error;
  }

  return {
    compiled: true,
    run(name, inputs) {
      session.requireAlive();
      checkCall(definition, name, inputs);
      return callFunction(session, definition, { name, ...functions[name]! }, inputs, onCall);
    },
    readState: () => readVariables(session, variables),
    writeState(values) {
      session.requireAlive();
      checkState(variables, values);
      for (const [name, array] of Object.entries(values)) write(name, array);
    },
    dispose: () => session.dispose(),
  };
}

function callFunction(
  session: Session,
  definition: ProgramDefinition,
  { name, ...compiled }: CompiledFunction & { readonly name: string },
  inputs: CallInputs,
  onCall?: OnCall,
): HostArrays {
  const fn = definition.functions[name]!;
  const fed: FedTensor[] = Object.entries(fn.feeds).map(([feed, shape]) => ({
    name: NAMES.feed(name, feed),
    shape,
    dtype: DTYPE.float,
    values: inputs.feeds![feed]!,
  }));
  if (compiled.gathers) {
    fed.push({ name: NAMES.rows(name), shape: [fn.rows], dtype: DTYPE.int32, values: inputs.rows! });
  }
  const results = session.run(
    fed,
    compiled.outputs.map((output) => NAMES.output(name, output)),
    onCall,
  );
  return Object.fromEntries(compiled.outputs.map((output, i) => [output, results[i]!]));
}

function readVariables(
  session: Session,
  variables: Readonly<Record<string, VariableDefinition>>,
): HostArrays {
  const names = Object.keys(variables);
  const values = session.run([], names.map(NAMES.read));
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

interface FedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** A loaded graph and the variables in it. */
class Session {
  private id: number | undefined;

  constructor(
    private readonly binding: NativeBinding,
    nodes: readonly GraphNode[],
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'whyconv-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), serializeSavedModel(nodes));
      this.id = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Computes `outputs` and reads them back as float32. Frees every tensor it makes. */
  run(fed: readonly FedTensor[], outputs: readonly string[], onCall?: OnCall): Float32Array[] {
    const id = this.requireAlive();
    const began = performance.now();
    const inputs = fed.map(({ shape, dtype, values }) => this.binding.createTensor(shape, dtype, values));
    try {
      const names = fed.map(({ name }) => `${name}:0`).join(',');
      const fedAt = performance.now();
      const results = this.binding.runSavedModel(
        id,
        inputs,
        names,
        outputs.map((name) => `${name}:0`).join(','),
      );
      const ranAt = performance.now();
      const arrays = results.map((result) => {
        // The addon has already made a copy.
        const values = this.binding.tensorDataSync(result.id);
        this.binding.deleteTensor(result.id);
        return values instanceof Float32Array ? values : Float32Array.from(values);
      });
      onCall?.({ input: fedAt - began, run: ranAt - fedAt, readBack: performance.now() - ranAt });
      return arrays;
    } finally {
      for (const input of inputs) this.binding.deleteTensor(input);
    }
  }

  requireAlive(): number {
    if (this.id === undefined) throw disposedProgram();
    return this.id;
  }

  set(variable: string, shape: readonly number[], dtype: number, values: Float32Array | Uint8Array): void {
    this.run([{ name: NAMES.value(variable), shape, dtype, values }], [NAMES.assigned(variable)]);
  }

  dispose(): void {
    if (this.id !== undefined) this.binding.deleteSavedModel(this.id);
    this.id = undefined;
  }
}
