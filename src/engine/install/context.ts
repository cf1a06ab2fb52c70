import type { Failures } from './failures.js';
import type { NativePackage } from './layout.js';

/** What every installation method receives. */
export interface InstallContext {
  /** The user's cache folder, on the same file system as the staging folder. */
  readonly cache: string;
  readonly found: NativePackage;
  /** What is known not to work on this machine. */
  readonly failures: Failures;
  readonly signal: AbortSignal | undefined;
  /** Reports this method's progress, 0 to 1, its current step, and details of that step. */
  readonly progress: (fraction: number, step: string, detail?: string) => void;
}
