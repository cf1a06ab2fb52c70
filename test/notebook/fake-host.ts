import { type DisplayOptions, KERNEL_HOST } from '../../src/notebook/host.js';
import type { MimeBundle } from '../../src/notebook/mime.js';

export interface Shown {
  readonly data: MimeBundle;
  readonly options: DisplayOptions;
}

/** Runs `work` as if in a kernel and returns what it displays. */
export async function shownBy(headless: boolean, work: () => void | Promise<void>): Promise<Shown[]> {
  const shown: Shown[] = [];
  const host = {
    headless,
    signal: () => undefined,
    display: (data: MimeBundle, options: DisplayOptions) => shown.push({ data, options }),
  };
  Object.defineProperty(globalThis, KERNEL_HOST, { value: host, configurable: true });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(globalThis, KERNEL_HOST);
  }
  return shown;
}
