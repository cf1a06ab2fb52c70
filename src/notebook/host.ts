import type { MimeBundle } from './mime.js';

/** Where the kernel process keeps its {@link KernelHost}: one for the process, however often a module is loaded. */
export const KERNEL_HOST = Symbol.for('whyconv.kernel-host');

/** What the running kernel offers to the modules that cells call. */
export interface KernelHost {
  /** True when the notebook is executed by a command, not by a front end. */
  readonly headless: boolean;
  /** Sends `data` to the cell that is running; with `update` it replaces the earlier display of the same `id`. */
  display(data: MimeBundle, options: DisplayOptions): void;
  /** Aborts when the cell whose code is calling is interrupted; undefined where the kernel does not say. */
  signal(): AbortSignal | undefined;
}

/** Whether a display is new or takes the place of another. */
export interface DisplayOptions {
  /** Names the display so that a later one can replace it. */
  readonly id?: string;
  /** Replaces the display of the same `id` instead of adding one. */
  readonly update?: boolean;
}

/** tslab's own hook, for a kernel that was started without this project's start file. */
interface TslabJupyter {
  readonly lastWriteDisplayData:
    | ((message: { data: MimeBundle; metadata: object; transient: object }, update: boolean) => void)
    | null;
}

/** The kernel this process runs in, or undefined in a plain Node process. */
export function kernelHost(): KernelHost | undefined {
  const holder = globalThis as { [KERNEL_HOST]?: KernelHost };
  return holder[KERNEL_HOST] ?? plainTslab();
}

/** The instance of tslab that is running is the one already loaded; loading another would not be connected. */
function plainTslab(): KernelHost | undefined {
  for (const [path, module] of Object.entries(require.cache)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path)) continue;
    const jupyter = module?.exports as TslabJupyter | undefined;
    if (jupyter?.lastWriteDisplayData == null) continue;
    return {
      headless: false,
      display: (data, { id, update }) =>
        jupyter.lastWriteDisplayData?.({ data, metadata: {}, transient: transientOf(id) }, update ?? false),
      signal: () => undefined,
    };
  }
  return undefined;
}

/** The transient part of a display message: its id, if it has one. */
export function transientOf(id: string | undefined): { display_id?: string } {
  return id === undefined ? {} : { display_id: id };
}
