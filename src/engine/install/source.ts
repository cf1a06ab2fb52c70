import { existsSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { NativePackage } from './layout.js';

/** One source of the library: where it comes from, its version and device. */
export interface Source {
  readonly kind: 'official' | 'wheel';
  /** Version of TensorFlow. */
  readonly library: string;
  readonly device: 'cpu' | 'gpu';
}

/** The version in the package's own install script. */
const officialVersion = '2.9.1';
/** The Python wheel whose C library the unmodified addon compiles and runs against. */
const wheelVersion = '2.21.0';

/**
 * The sources in the order in which they are tried. The vendor's own build comes first, since the package was tested with
 * it. A machine with an NVIDIA GPU tries the CUDA builds first; other machines use the CPU builds, which are the same code
 * at a third of the size.
 */
export function sources(gpu: boolean = hasNvidiaGpu()): Source[] {
  const official = (device: Source['device']): Source => ({
    kind: 'official',
    library: officialVersion,
    device,
  });
  const wheel = (device: Source['device']): Source => ({ kind: 'wheel', library: wheelVersion, device });
  return gpu ? [official('gpu'), wheel('gpu'), wheel('cpu')] : [official('cpu'), wheel('cpu')];
}

/** The name of a source's cache entry, which contains everything that decides whether a binary is compatible. */
export function cacheKey(source: Source, found: NativePackage): string {
  return [
    `tfjs-${found.version}`,
    `${platform()}-${arch()}`,
    `napi-${found.napi}`,
    `tensorflow-${source.library}-${source.device}-${source.kind}`,
  ].join('_');
}

export function cacheEntry(cache: string, source: Source, found: NativePackage): string {
  return join(cache, 'engine', cacheKey(source, found));
}

export function describeSource({ kind, library, device }: Source): string {
  return kind === 'official'
    ? `the official download of TensorFlow ${library} (${device})`
    : `the Python wheel of TensorFlow ${library} (${device})`;
}

/** Whether an NVIDIA driver is loaded and its GPUs are not hidden by CUDA_VISIBLE_DEVICES. */
export function hasNvidiaGpu(): boolean {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  if (visible === '' || visible === '-1') return false;
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0');
}
