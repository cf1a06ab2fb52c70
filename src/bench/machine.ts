import { availableParallelism, cpus, totalmem } from 'node:os';
import type { EngineInfo } from '../engine/index.js';
import { sourceCommit } from '../training/index.js';
import type { KerasPython } from './python.js';
import type { Machine } from './result.js';

type Measured = Pick<Machine, 'date' | 'compiled' | 'matmulPeak' | 'batchSize' | 'images' | 'repetitions'>;

/** What the figures were measured on and with. */
export function describeMachine(engine: EngineInfo, keras: KerasPython, measured: Measured): Machine {
  const { tensorflow: kerasTensorflow, ...python } = keras.path === undefined ? {} : keras.versions;
  return {
    ...measured,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform}-${process.arch}`,
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
    versions: {
      node: process.versions.node,
      tfjs: engine.tfjs,
      [engine.name === 'native' ? 'tensorflow' : 'wasm']: engine.library,
      ...python,
      ...(kerasTensorflow !== undefined && { kerasTensorflow }),
    },
    commit: sourceCommit(),
    withoutKeras: keras.path === undefined ? keras.reason : null,
  };
}
