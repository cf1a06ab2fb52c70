import type { FastifyInstance } from 'fastify';

/** What is counted beside the requests themselves. */
export interface Gauges {
  /** Requests in work. */
  readonly active: () => number;
  /** Images that wait for a batch. */
  readonly queued: () => number;
}

/** Seconds: an answer takes some milliseconds, and at most the minute that SageMaker waits. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/**
 * Counts requests and adds `/metrics`, in the text format of Prometheus.
 *
 * @returns a function that counts a batch
 */
export async function addMetrics(
  app: FastifyInstance,
  { active, queued }: Gauges,
): Promise<(images: number, seconds: number) => void> {
  const { Registry, Counter, Histogram, Gauge, collectDefaultMetrics } = await import('prom-client');
  // Of this service alone: several may run in one process.
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'whyconv_requests_total',
    help: 'Requests answered',
    labelNames,
    registers,
  });
  const seconds = new Histogram({
    name: 'whyconv_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const batchImages = new Histogram({
    name: 'whyconv_batch_images',
    help: 'Images in a batch',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  const batchSeconds = new Histogram({
    name: 'whyconv_batch_seconds',
    help: 'Time that the network took for a batch',
    buckets: SECONDS,
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('whyconv_requests_active', 'Requests in work', active);
  gauge('whyconv_images_queued', 'Images that wait for a batch', queued);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ method: request.method, route, status: reply.statusCode });
    seconds.observe({ route }, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', async (_, reply) => reply.type(register.contentType).send(await register.metrics()));
  return (images, took) => {
    batchImages.observe(images);
    batchSeconds.observe(took);
  };
}
