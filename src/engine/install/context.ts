import type { NativePackage } from './layout.js';

/** What every way of installing is given. */
export interface InstallContext {
  /** The user's cache folder, on the same file system as the staging folder. */
  readonly cache: string;
  readonly found: NativePackage;
  readonly signal: AbortSignal | undefined;
  /** Reports how far this way has come, 0 to 1, and what it does now. */
  readonly progress: (fraction: number, detail: string) => void;
}
