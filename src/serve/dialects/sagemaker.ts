import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, ask, labelOf, rowOf } from '../answer.js';
import { imagesOfCsv } from '../input/csv.js';
import type { Images } from '../input/images.js';
import { imagesOfInstances, imagesOfJsonLines } from '../input/instances.js';
import { parseJson, requireList, requireObject } from '../input/json.js';
import { imagesOfNpy } from '../input/npy.js';
import type { ReadPicture } from '../input/picture.js';
import { negotiate } from '../output/accept.js';
import { npyOf } from '../output/npy.js';
import { badRequest, Refusal, shown } from '../refusal.js';
import type { Servable } from '../servable.js';
import { bodyOf, contentTypeOf, type Dialect, type ServiceContext } from './dialect.js';

/**
 * "InvokeEndpoint [...] Maximum payload size: 6 MB" (Amazon SageMaker endpoints and quotas; BatchTransform's MaxPayloadInMB
 * has the same default, "The default value is 6 MB").
 */
export const MAX_BODY_BYTES: number = 6 * 1024 * 1024;

/** Path of the health check: "SageMaker AI sends periodic GET requests to the /ping endpoint" (Use Your Own Inference Code). */
const PING = '/ping';

/** "To receive inference requests, the container must have a web server listening on port 8080 and must accept POST requests
 * to the /invocations and /ping endpoints." (Use Your Own Inference Code, "How Containers Serve Requests") */
const INVOCATIONS = '/invocations';

/** "POST /endpoints/EndpointName/invocations" (API reference, InvokeEndpoint): where AWS's clients send what the platform then
 * passes to /invocations; answered too, so that they can be pointed here. */
const INVOKE_ENDPOINT = '/endpoints/:endpoint/invocations';

/** "GET /execution-parameters [...] dynamically provide optimal tuning parameters for batch transform jobs" (Use Your Own
 * Inference Code with Batch Transform). */
const EXECUTION_PARAMETERS = '/execution-parameters';
const PARAMETERS = { MaxConcurrentTransforms: 8, BatchStrategy: 'MULTI_RECORD', MaxPayloadInMB: 6 };

const ANSWERS = ['application/json', 'application/jsonlines', 'text/csv', 'application/x-npy'] as const;

/** The contract of Amazon SageMaker's hosting, for one model and for several ("Custom Containers Contract for Multi-Model Endpoints"). */
export const sagemaker: Dialect = (app, context) => {
  // "The simplest requirement on the container is to respond with an HTTP 200 status code and an empty body." (Use Your Own
  // Inference Code, "How Your Container Should Respond to Health Check (Ping) Requests")
  app.get(PING, (_, reply) => reply.code(context.ready() ? 200 : 503).send());
  app.get(EXECUTION_PARAMETERS, () => PARAMETERS);
  app.post(INVOCATIONS, (request, reply) => invoke(request, reply, context.models.first(), context));
  app.post(INVOKE_ENDPOINT, (request, reply) => invoke(request, reply, context.models.first(), context));
  multiModel(app, context);
};

const multiModel: Dialect = (app, context) => {
  const { models } = context;
  const nameOf = (request: FastifyRequest) => (request.params as { model: string }).model;
  const described = (name: string, url: string) => ({ modelName: name, modelUrl: url });
  app.get('/models', () => ({ models: models.list().map(({ name, url }) => described(name, url)) }));
  // "If model_name is already loaded, this API should return 409. Any time a model cannot be loaded due to lack of memory or to
  // any other resource, this API should return a 507 HTTP status code" (Load Model API)
  app.post('/models', async (request) => {
    const { model_name, url } = requireObject(parseJson(bodyOf(request)), 'the body');
    if (typeof model_name !== 'string' || model_name === '' || typeof url !== 'string')
      throw badRequest(
        `expected {"model_name": text, "url": text}, found ${shown(model_name)} and ${shown(url)}`,
      );
    await models.load(model_name, url);
    return described(model_name, url);
  });
  // "If model_name is not loaded, this API should return 404." (Get Model API, Unload Model API, Invoke Model API)
  app.get('/models/:model', (request) => described(nameOf(request), models.url(nameOf(request))));
  app.delete('/models/:model', async (request) => {
    await models.unload(nameOf(request));
    return {};
  });
  app.post('/models/:model/invoke', (request, reply) =>
    invoke(request, reply, models.get(nameOf(request)), context),
  );
};

async function invoke(
  request: FastifyRequest,
  reply: FastifyReply,
  model: Servable,
  { read }: ServiceContext,
): Promise<FastifyReply> {
  const type = negotiate(request.headers.accept, ANSWERS);
  const images = await imagesOf(bodyOf(request), contentTypeOf(request), read);
  const answer = await ask(model, images.pixels);
  return reply.type(type).send(FORMATS[type](answer));
}

async function imagesOf(body: Buffer, type: string, read: ReadPicture): Promise<Images> {
  if (type.startsWith('image/') || type === 'application/x-image') return read(body);
  switch (type) {
    case 'application/x-npy':
      return imagesOfNpy(body);
    case 'application/json': {
      const { instances } = requireObject(parseJson(body), 'the body');
      return imagesOfInstances(requireList(instances, 'instances'), 'instances', read);
    }
    case 'application/jsonlines':
    case 'application/x-jsonlines':
      return imagesOfJsonLines(body, read);
    case 'text/csv':
      return imagesOfCsv(body);
    default:
      throw new Refusal(
        415,
        `Content-Type: found ${JSON.stringify(type)}, expected image/png, image/jpeg, application/x-npy, application/json, application/jsonlines or text/csv`,
      );
  }
}

const FORMATS: Readonly<Record<(typeof ANSWERS)[number], (answer: Answer) => string | Buffer>> = {
  'application/json': (answer) => JSON.stringify({ predictions: predictions(answer) }),
  'application/jsonlines': (answer) =>
    predictions(answer)
      .map((prediction) => `${JSON.stringify(prediction)}\n`)
      .join(''),
  /** A line per image: the probability of each class. */
  'text/csv': (answer) =>
    Array.from({ length: answer.count }, (_, row) => `${rowOf(answer.probabilities, answer, row)}\n`).join(
      '',
    ),
  /** Probabilities, [n, classes]. */
  'application/x-npy': (answer) => npyOf(answer.probabilities, [answer.count, answer.classes.length]),
};

/** The most probable class of each image, and all there is to know about the others. */
function predictions(answer: Answer): object[] {
  return Array.from({ length: answer.count }, (_, row) => {
    const probabilities = rowOf(answer.probabilities, answer, row);
    return {
      label: labelOf(answer, row),
      probability: Math.max(...probabilities),
      probabilities: Object.fromEntries(answer.classes.map((name, i) => [name, probabilities[i]])),
      logits: rowOf(answer.logits, answer, row),
    };
  });
}
