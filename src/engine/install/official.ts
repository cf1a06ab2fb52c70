import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { download } from '../../net/index.js';
import type { InstallContext } from './context.js';
import { addonIn } from './layout.js';
import type { Source } from './source.js';

/**
 * Downloads the vendor's library and prebuilt addon and unpacks both into `staging`. The addresses are those of the
 * package's own install script, which is not run because it leaves partial files when it fails. As in that script,
 * TFJS_NODE_CDN_STORAGE and TFJS_NODE_BASE_URI name a mirror.
 */
export async function installOfficial(
  source: Source,
  staging: string,
  context: InstallContext,
): Promise<void> {
  const { cache, found, signal, progress } = context;
  const addresses = officialAddresses(source, found.version, found.napi);
  const steps = [
    { address: addresses.library, title: `TensorFlow ${source.library}`, until: 0.85 },
    { address: addresses.addon, title: 'the addon', until: 0.95 },
  ];
  const archives: string[] = [];
  let from = 0;
  try {
    for (const { address, title, until } of steps) {
      const what = `download ${title}`;
      const archive = join(cache, 'downloads', basename(new URL(address).pathname));
      const base = from;
      progress(base, what);
      await download({
        url: address,
        target: archive,
        title,
        signal,
        onBytes: (bytes, total) =>
          progress(total ? base + ((until - base) * bytes) / total : base, what, megabytes(bytes, total)),
        onWait: (line) => progress(base, what, line),
      });
      archives.push(archive);
      from = until;
    }
    progress(from, 'unpack');
    const library = (path: string) =>
      /^(\.\/)?lib\//.test(path) ? join(staging, 'deps', 'lib', basename(path)) : null;
    await unpackTar(archives[0]!, library, signal);
    const addon = addonIn(staging, found.napi);
    await unpackTar(archives[1]!, (path) => (basename(path) === basename(addon) ? addon : null), signal);
  } finally {
    for (const archive of archives) await rm(archive, { force: true });
  }
}

/** @throws Error if the vendor has no build for this platform */
export function officialAddresses(
  source: Source,
  packageVersion: string,
  napi: number,
  env: NodeJS.ProcessEnv = process.env,
): { library: string; addon: string } {
  if (platform() !== 'linux' || arch() !== 'x64') {
    // Other platforms have older libraries with other names, and Windows another layout: not tested, so not offered.
    throw new Error(`no prebuilt library is known for ${platform()} on ${arch()}`);
  }
  const given = env.TFJS_NODE_CDN_STORAGE || env.npm_config_TFJS_NODE_CDN_STORAGE || env.CDN_STORAGE;
  const host = given ? given.replace(/\/*$/, '/') : 'https://storage.googleapis.com/';
  const libraries =
    env.TFJS_NODE_BASE_URI ||
    env.npm_config_TFJS_NODE_BASE_URI ||
    `${host}tensorflow/libtensorflow/libtensorflow-`;
  return {
    library: `${libraries}${source.device}-linux-x86_64-${source.library}.tar.gz`,
    addon: `${host}tf-builds/pre-built-binary/napi-v${napi}/${packageVersion}/GPU-linux-${packageVersion}.tar.gz`,
  };
}

/** Unpacks the files and links of a .tar.gz for which `place` returns a path; the archive cannot choose paths itself. */
export async function unpackTar(
  archive: string,
  place: (path: string) => string | null,
  signal?: AbortSignal,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries, signal ? { signal } : {});
  // Marked as handled, so that an error is reported only by the await below.
  reading.catch(() => undefined);
  for await (const entry of entries) {
    const { name, type, linkname } = entry.header;
    const path = place(name);
    if (path) await mkdir(dirname(path), { recursive: true });
    if (path && type === 'file') {
      await pipeline(entry as unknown as Readable, createWriteStream(path, { mode: 0o755 }));
    } else {
      if (path && type === 'symlink' && linkname) await symlink(basename(linkname), path);
      (entry as unknown as Readable).resume();
    }
  }
  await reading;
}

function megabytes(bytes: number, total: number | undefined): string {
  const round = (value: number) => (value / 1e6).toFixed(0);
  return total ? `${round(bytes)} of ${round(total)} MB` : `${round(bytes)} MB`;
}
