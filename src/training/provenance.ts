import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { projectRoot } from '../base/files.js';
import { currentEngine } from '../engine/index.js';

/** What a result depends on beside its spec: machine, versions, state of the source. */
export interface Environment {
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  /** That one operation is spread over. Native results of CNNs differ in their last bits between 1 and 2. */
  readonly threads: number;
  /** Commit of the source, "-dirty" appended where files differ from it; null outside a repository. */
  readonly commit: string | null;
}

export function environment(): Environment {
  const { name, tfjs, library, threads } = currentEngine();
  return {
    engine: name,
    versions: { node: process.versions.node, tfjs, [name === 'native' ? 'tensorflow' : 'wasm']: library },
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    threads,
    commit: sourceCommit(),
  };
}

/** The commit this copy of the project stands at. */
export function sourceCommit(): string | null {
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    return execFileSync('git', args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
