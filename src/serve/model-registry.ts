import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { messageOf, WhyconvError } from '../base/errors.js';
import { freeMemory } from '../base/machine.js';
import { MODEL_FILE } from '../export/index.js';
import { networkOfFile, type TrainedNetwork } from '../runs/index.js';
import { badRequest, notFound, Refusal } from './refusal.js';
import type { Servable } from './servable.js';

/** What a network takes in memory, as multiples of its file: the weights of each compiled batch size, and their graphs. */
const MEMORY_FACTOR = 20;

/** How a network becomes one that answers. */
export type Serve = (name: string, network: TrainedNetwork) => Promise<Servable>;

interface Loaded {
  readonly model: Servable;
  /** The folder it was loaded from; null for the one that the service was started with. */
  readonly url: string | null;
}

/** The networks that answer, by name; some are loaded and unloaded while the service runs. */
export class ModelRegistry {
  private readonly loaded = new Map<string, Loaded>();
  private readonly loading = new Set<string>();
  /** Whether the service is started with a network, which is then the first even while it is being loaded. */
  private hasOwn = false;
  private closed = false;

  /**
   * @param root the only folder that models are loaded from on request: whoever can reach the port may ask
   */
  constructor(
    private readonly serve: Serve,
    readonly root: string,
  ) {}

  /** Adds the network that the service is started with, under the name of its architecture. */
  async addFirst(load: () => Promise<TrainedNetwork>): Promise<void> {
    this.hasOwn = true;
    const network = await load();
    const { name } = network.model;
    await this.add(name, { model: await this.serve(name, network), url: null });
  }

  /** Images that wait for a batch, over all networks. */
  queued(): number {
    return [...this.loaded.values()].reduce((sum, { model }) => sum + model.queued(), 0);
  }

  /** The network that is asked where a request names none. @throws Refusal (503) while it is being loaded */
  first(): Servable {
    const all = [...this.loaded.values()];
    const first = this.hasOwn ? all.find(({ url }) => url === null) : all[0];
    if (first) return first.model;
    throw new Refusal(503, 'no model is loaded yet', { 'retry-after': '1' });
  }

  /** @param version where given, the only one there is */
  get(name: string, version?: string): Servable {
    const found = this.loaded.get(name);
    if (found && (version === undefined || version === found.model.version)) return found.model;
    const versions = found ? `; the version of ${name} is ${found.model.version}` : '';
    throw notFound(
      `no model ${name}${version === undefined ? '' : ` of version ${version}`} is loaded${versions}: loaded are ${[...this.loaded.keys()].join(', ') || '(none)'}`,
    );
  }

  list(): { readonly name: string; readonly url: string }[] {
    return [...this.loaded].map(([name, { url, model }]) => ({ name, url: url ?? model.source }));
  }

  url(name: string): string {
    this.get(name);
    const { url, model } = this.loaded.get(name)!;
    return url ?? model.source;
  }

  /** @throws Refusal 409 where the name is taken, 507 where memory is short, 400 where the folder holds no model */
  async load(name: string, url: string): Promise<void> {
    if (this.loaded.has(name) || this.loading.has(name)) throw isTaken(name);
    this.loading.add(name);
    try {
      const file = await this.fileIn(url);
      const needed = (await stat(file)).size * MEMORY_FACTOR;
      if (needed > freeMemory())
        throw new Refusal(
          507,
          `model ${name} needs about ${needed} bytes of memory, ${freeMemory()} are free`,
        );
      await this.add(name, { model: await this.serve(name, await readNetwork(file)), url });
    } finally {
      this.loading.delete(name);
    }
  }

  /**
   * Forgets a network, and resolves once what waits for it is answered and its memory is free.
   *
   * @throws Refusal 404, or 403 for the model that the service was started with
   */
  async unload(name: string): Promise<void> {
    this.get(name);
    const { model, url } = this.loaded.get(name)!;
    if (url === null) throw new Refusal(403, `model ${name} is what this service was started with`);
    this.loaded.delete(name);
    await model.dispose();
  }

  /** Also of what is still being loaded, once it is. */
  async dispose(): Promise<void> {
    this.closed = true;
    const all = [...this.loaded.values()];
    this.loaded.clear();
    await Promise.all(all.map(({ model }) => model.dispose()));
  }

  /** Other things may have happened while it was made ready. @throws Refusal 409 */
  private async add(name: string, added: Loaded): Promise<void> {
    if (this.closed) return added.model.dispose();
    const before = this.loaded.get(name);
    if (before?.url === null) {
      await added.model.dispose();
      throw isTaken(name);
    }
    // The network that the service is started with takes its name from one that was loaded on request before.
    this.loaded.set(name, added);
    await before?.model.dispose();
  }

  private async fileIn(url: string): Promise<string> {
    const folder = resolve(this.root, url);
    const root = resolve(this.root);
    if (folder !== root && !folder.startsWith(root + sep))
      throw badRequest(`url: found ${url}, expected a folder inside ${root}`);
    const file = await modelFileIn(folder);
    if (file) return file;
    throw badRequest(`url: ${url} holds no ${MODEL_FILE}, nor another .safetensors file`);
  }
}

const isTaken = (name: string): Refusal => new Refusal(409, `a model ${name} is loaded already`);

/** The file of weights in a folder, or the path itself where it is one. */
export async function modelFileIn(path: string): Promise<string | undefined> {
  if (path.endsWith('.safetensors') && existsSync(path)) return path;
  const names: string[] = await readdir(path).catch(() => []);
  const name = names.includes(MODEL_FILE) ? MODEL_FILE : names.find((each) => each.endsWith('.safetensors'));
  return name === undefined ? undefined : join(path, name);
}

async function readNetwork(file: string): Promise<TrainedNetwork> {
  try {
    return await networkOfFile(file);
  } catch (error) {
    if (!(error instanceof WhyconvError)) throw error;
    throw badRequest(messageOf(error).replaceAll(/\s*\n\s*/g, '; '));
  }
}
