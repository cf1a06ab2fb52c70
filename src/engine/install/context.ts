import type { NativePackage } from './layout.js';

/** What every way of installing is given. */
export interface InstallContext {
  /** The user's cache folder, on the same file system as the staging folder. */
  readonly cache: string;
  readonly found: NativePackage;
  readonly signal: AbortSignal | undefined;
  /** Reports how far this way has come, 0 to 1, which step it is at, and where inside that. */
  readonly progress: (fraction: number, step: string, detail?: string) => void;
}
