import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files.js';

/** What was tried does not work on this machine, and would not the next time. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** A remembered failure. */
export interface Failure {
  readonly reason: string;
  /** ISO date. */
  readonly date: string;
}

const fileSchema = z.record(
  z.string(),
  z.record(z.string(), z.object({ reason: z.string(), date: z.string() })),
);

const FILE = 'engine-failures.json';

/** What is known not to work on this machine: reasons by what was tried, a cache key or a description of a build. */
export class Failures {
  readonly #path: string;
  readonly #machine: string;

  /** @param cache the user's cache folder, which machines of different kinds may share */
  constructor(cache: string, machine: string = describeMachine()) {
    this.#path = join(cache, FILE);
    this.#machine = machine;
  }

  get(tried: string): Failure | undefined {
    return this.#read()[this.#machine]?.[tried];
  }

  /** A cache that cannot be written to costs the memory, nothing else. */
  async remember(tried: string, reason: string): Promise<void> {
    const all = this.#read();
    const date = new Date().toISOString().slice(0, 10);
    const here = { ...all[this.#machine], [tried]: { reason, date } };
    await this.#write({ ...all, [this.#machine]: here });
  }

  /** Forgets what was found on this machine. */
  async forget(): Promise<void> {
    const { [this.#machine]: known, ...others } = this.#read();
    if (known) await this.#write(others);
  }

  #read(): z.infer<typeof fileSchema> {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return {};
    }
  }

  async #write(content: z.infer<typeof fileSchema>): Promise<void> {
    await writeFileAtomic(this.#path, `${JSON.stringify(content, null, 2)}\n`).catch(() => undefined);
  }
}

/** What decides whether a binary that fits by its name runs: the system's release (its C library) and the processor. */
function describeMachine(): string {
  const release = createHash('sha256').update(readText('/etc/os-release')).digest('hex').slice(0, 8);
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))?.[1] ?? '';
  const vectors = flags.split(' ').filter((flag) => /^(avx|fma|sse4|asimd|sve)/.test(flag));
  return [platform(), arch(), release, cpus()[0]?.model.trim() ?? '', vectors.sort().join(' ')].join(', ');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
