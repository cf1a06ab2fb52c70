import { existsSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import type { NativePackage } from './layout.js';

/** One way to get the library: where from, which version, for which device. */
export interface Source {
  readonly kind: 'official' | 'wheel';
  /** Version of TensorFlow. */
  readonly library: string;
  readonly device: 'cpu' | 'gpu';
}

/** The version that the package's own install script names. */
const officialVersion = '2.9.1';
/** The Python wheel whose C library the addon compiles and runs against unchanged. */
const wheelVersion = '2.21.0';

/**
 * The sources in the order they are tried. The vendor's own build comes first: it is what the package was tested
 * with. A machine with an NVIDIA GPU gets the CUDA builds first; a machine without one gets the CPU builds, which are
 * a third of the size and the same code.
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

/** The cache entry of a source: everything that decides whether a binary fits is part of its name. */
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

/** Whether an NVIDIA driver is loaded and not hidden by CUDA_VISIBLE_DEVICES. */
export function hasNvidiaGpu(): boolean {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  if (visible === '' || visible === '-1') return false;
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0');
}
