import { execFileSync } from 'node:child_process';
import { projectRoot } from '../base/files.js';
import { allowedCores, cpuModel } from '../base/machine.js';
import { currentEngine } from '../engine/index.js';

/** What a result depends on besides its spec: machine, versions, state of the source. */
export interface Environment {
  /** Name of the running engine: `native` or `wasm`. */
  readonly engine: string;
  /** Where it computes. */
  readonly device: 'cpu' | 'gpu';
  /** Of Node, of TensorFlow.js, and of the library that computes. */
  readonly versions: Readonly<Record<string, string>>;
  /** The processor's name, as the system reports it. */
  readonly cpu: string;
  /** That this process may use, within a container's limits. */
  readonly cores: number;
  /** That compute at once. */
  readonly threads: number;
  /** That one operation is spread over. Native results of CNNs differ in their last bits between 1 and 2. */
  readonly threadsPerOperation: number;
  /** Commit of the source, "-dirty" appended where files differ from it; null outside the project's own repository. */
  readonly commit: string | null;
}

/**
 * Machine, versions and source, as they are now: what a benchmark or a record of your own should keep next to its numbers.
 *
 * @throws WhyconvError before {@link startEngine} has finished
 * @example
 * ```ts
 * import { environment, startEngine } from 'whyconv';
 *
 * await startEngine();
 * environment().versions.node; // => process.versions.node
 * ```
 */
export function environment(): Environment {
  const { name, device, tfjs, library, threads, threadsPerOperation } = currentEngine();
  return {
    engine: name,
    device,
    versions: { node: process.versions.node, tfjs, [name === 'native' ? 'tensorflow' : 'wasm']: library },
    cpu: cpuModel(),
    cores: allowedCores(),
    threads,
    threadsPerOperation,
    commit: sourceCommit(),
  };
}

/**
 * The commit this copy of the project stands at, as {@link Environment} has it; null where it lies in another project's repository,
 * as an installed package.
 */
export function sourceCommit(root: string = projectRoot): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  try {
    if (git('rev-parse', '--show-prefix') !== '') return null;
    const commit = git('describe', '--always', '--abbrev=12', '--exclude=*');
    // Reports are made of the source: the one being written does not change it.
    const changed = git(
      ...['--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'],
      ...['--', '.', ':(exclude)reports'],
    );
    return changed === '' ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}
