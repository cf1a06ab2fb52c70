import type { FastifyRequest } from 'fastify';
import { type Answer, ask, rowOf, rowsOf } from '../answer.js';
import type { Images } from '../input/images.js';
import { imagesOfInstances } from '../input/instances.js';
import { parseJson, requireList, requireObject } from '../input/json.js';
import type { ReadPicture } from '../input/picture.js';
import { badRequest, notFound, shown } from '../refusal.js';
import type { Servable } from '../servable.js';
import { bodyOf, type Dialect } from './dialect.js';

/** "POST http://host:port/v1/models/${MODEL_NAME}[/versions/${VERSION}|/labels/${LABEL}]:predict" (TensorFlow Serving, RESTful API) */
const PATH = /^([^/:]+)(?:\/versions\/(\d+))?(\/metadata|:\w+)?$/;

/** The one signature, as the exported SavedModel has it. */
const SIGNATURE = 'serving_default';
/** Its input, and its outputs. */
const INPUT = 'images';

/**
 * TensorFlow Serving's RESTful API: model status, metadata and predict. Errors are answered as its document has them: "a JSON
 * object in the response body with error as key and the error message as the value".
 */
export const tfServing: Dialect = (app, { models, read }) => {
  const target = (request: FastifyRequest) => {
    const path = (request.params as { '*': string })['*'];
    const [matched, name = '', version, verb = ''] = PATH.exec(path) ?? [];
    if (matched === undefined) throw notFound(`/v1/models/${path} is not an address of this service`);
    return { model: models.get(name, version), verb };
  };
  app.get('/v1/models/*', (request) => {
    const { model, verb } = target(request);
    if (verb === '') return statusOf(model);
    if (verb === '/metadata') return metadataOf(model);
    throw notFound(`GET ${verb} is not known; GET is for status and /metadata`);
  });
  app.post('/v1/models/*', async (request) => {
    const { model, verb } = target(request);
    if (verb !== ':predict') throw notFound(`${verb || 'POST without a verb'}: only :predict is served`);
    const body = requireObject(parseJson(bodyOf(request)), 'the body');
    const { signature_name: signature = SIGNATURE } = body;
    if (signature !== SIGNATURE)
      throw badRequest(`signature_name: found ${shown(signature)}, expected ${JSON.stringify(SIGNATURE)}`);
    // "instances: [...] (row format)", "inputs: [...] (columnar format)"; "exactly one of" the two may be given.
    if ((body.instances === undefined) === (body.inputs === undefined))
      throw badRequest('expected "instances" (row format) or "inputs" (columnar format), and not both');
    const rows = body.inputs === undefined;
    const images = await imagesOf(rows ? body.instances : columnOf(body.inputs), rows, read);
    const answer = await ask(model, images.pixels);
    return rows ? { predictions: rowsOfAnswer(answer) } : { outputs: columnsOfAnswer(answer) };
  });
};

const imagesOf = (list: unknown, rows: boolean, read: ReadPicture): Promise<Images> => {
  const what = rows ? 'instances' : 'inputs';
  return imagesOfInstances(requireList(list, what), what, read);
};

/** "If there is only one named input, the list of values [...] can be given directly"; by its name otherwise. */
function columnOf(inputs: unknown): unknown {
  if (Array.isArray(inputs)) return inputs;
  const named = requireObject(inputs, 'inputs');
  if (Object.keys(named).join() === INPUT) return named[INPUT];
  throw badRequest(`inputs: found ${Object.keys(named).join(', ') || 'no name'}, expected "${INPUT}"`);
}

const rowsOfAnswer = (answer: Answer) =>
  Array.from({ length: answer.count }, (_, row) => ({
    logits: rowOf(answer.logits, answer, row),
    probabilities: rowOf(answer.probabilities, answer, row),
  }));

const columnsOfAnswer = (answer: Answer) => ({
  logits: rowsOf(answer.logits, answer),
  probabilities: rowsOf(answer.probabilities, answer),
});

/** GetModelStatusResponse. */
const statusOf = ({ version }: Servable) => ({
  model_version_status: [{ version, state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
});

/** GetModelMetadataResponse: the signature as Protocol Buffers' JSON mapping writes it. */
function metadataOf({ name, version, classes, model }: Servable): object {
  const tensor = (sizes: readonly number[], node: string) => ({
    dtype: 'DT_FLOAT',
    tensor_shape: {
      dim: [-1, ...sizes].map((size) => ({ size: String(size), name: '' })),
      unknown_rank: false,
    },
    name: node,
  });
  const signature = {
    inputs: { [INPUT]: tensor(model.inputShape, 'images:0') },
    outputs: {
      logits: tensor([classes.length], 'logits:0'),
      probabilities: tensor([classes.length], 'probabilities:0'),
    },
    method_name: 'tensorflow/serving/predict',
  };
  return {
    model_spec: { name, signature_name: '', version },
    metadata: { signature_def: { signature_def: { [SIGNATURE]: signature } } },
  };
}
