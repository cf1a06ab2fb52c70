import type { FastifyInstance } from 'fastify';
import { messageOf } from '../base/errors.js';
import { startEngine } from '../engine/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { acceptWaiting } from './accept-waiting.js';
import { admit } from './admission.js';
import { type AppOptions, makeApp } from './app.js';
import type { Dialect } from './dialects/dialect.js';
import { openInference } from './dialects/open-inference.js';
import { MAX_BODY_BYTES, sagemaker } from './dialects/sagemaker.js';
import { tfServing } from './dialects/tf-serving.js';
import { pictureReader } from './input/picture.js';
import { addMetrics } from './metrics.js';
import { ModelRegistry } from './model-registry.js';
import { page } from './page.js';
import { servable, warmUp } from './servable.js';

export interface ServiceOptions extends AppOptions {
  readonly port: number;
  /** @default 0.0.0.0 */
  readonly host?: string | undefined;
  /** The network to answer with; absent where models are loaded on request only. Called once the port is open. */
  readonly network?: (() => Promise<TrainedNetwork>) | undefined;
  /** The only folder that models are loaded from on request. @default /opt/ml/models */
  readonly modelsRoot?: string | undefined;
  /** Requests that may be in work at once. @default 128 */
  readonly queue?: number | undefined;
}

export interface Service {
  readonly app: FastifyInstance;
  /** The port it listens on. */
  readonly port: number;
  /** Resolves when the network answers; rejects where it cannot be loaded. */
  readonly loaded: Promise<void>;
  /** Stops listening, answers what is in work, and closes within {@link DRAIN_MS}. */
  stop(): Promise<void>;
}

/** "SIGTERM signal, then [...] SIGKILL signal thirty seconds later" (Use Your Own Inference Code): what is left is cut off before. */
const DRAIN_MS = 25_000;
/** Where the platform puts models that it asks to load (Load Model API: "/opt/ml/models/{model_name}/model"). */
const MODELS_ROOT = '/opt/ml/models';
/**
 * Connections that the system may hold until they are accepted: "must accept socket connection requests within 250 ms" (Use
 * Your Own Inference Code). Node's 511 overflow when hundreds connect during one batch, and who is dropped waits for seconds.
 */
const BACKLOG = 4096;
const DIALECTS: readonly Dialect[] = [sagemaker, tfServing, openInference, page];

/**
 * Listens at once, loads the network, and answers in three dialects. Until the network is loaded `/ping` says 503.
 *
 * @throws the error of the system where the port is taken
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const app = await makeApp(options);
  const queue = options.queue ?? 128;
  const state = { loaded: options.network === undefined, stopping: false };
  // As many whole bodies as half of the queue may have: 128 requests of images are far below that.
  const bytes = Math.max(4, queue / 8) * MAX_BODY_BYTES;
  const { active } = admit(app, { requests: queue, bytes, body: MAX_BODY_BYTES });
  let countBatch: (images: number, seconds: number) => void = () => {};
  const between = acceptWaiting(app.server);
  const models = new ModelRegistry(async (name, network) => {
    await startEngine();
    const onBatch = (images: number, seconds: number) => countBatch(images, seconds);
    return warmUp(servable(name, network, { between, onBatch }));
  }, options.modelsRoot ?? MODELS_ROOT);
  countBatch = await addMetrics(app, { active, queued: () => models.queued() });
  const context = { models, read: pictureReader(), ready: () => state.loaded && !state.stopping };
  for (const dialect of DIALECTS) dialect(app, context);
  // A connection that is kept would keep the service from ending.
  app.addHook('onSend', async (_, reply) => {
    if (state.stopping) reply.header('connection', 'close');
  });
  await app.listen({ port: options.port, host: options.host ?? '0.0.0.0', backlog: BACKLOG });

  const load = async (network: () => Promise<TrainedNetwork>) => {
    await models.addFirst(network);
    state.loaded = true;
  };
  const loaded = options.network ? load(options.network) : Promise.resolve();
  loaded.catch((error: unknown) => app.log.error(messageOf(error)));
  return {
    app,
    port: (app.server.address() as { port: number }).port,
    loaded,
    async stop() {
      state.stopping = true;
      const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      await app.close();
      clearTimeout(cut);
      await models.dispose();
    },
  };
}
