import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { IMAGE_BYTES } from '../../data/index.js';
import { type Answer, ask } from '../answer.js';
import { IMAGE_SHAPE, type Images, imagesOfBytes, imagesOfNumbers, requireFew } from '../input/images.js';
import { parseJson } from '../input/json.js';
import { badRequest } from '../refusal.js';
import type { Servable } from '../servable.js';
import { bodyOf, type Dialect } from './dialect.js';

/** "v2/models/<model_name>[/versions/<model_version>]/infer" (Open Inference Protocol, HTTP/REST) */
const MODEL = '/v2/models/:model';
const VERSION = '/v2/models/:model/versions/:version';

/**
 * "the byte size of the inference header" (Binary Tensor Data Extension): what follows the JSON of this length are the tensors'
 * bytes. Clients of Triton send tensors so unless told not to.
 */
const HEADER_LENGTH = 'inference-header-content-length';

const INPUT = 'images';
const OUTPUTS = ['logits', 'probabilities'] as const;
/** Bytes of a value, by the protocol's names of types: bytes of pixels, or floats from 0 to 1. */
const SIZES = { UINT8: 1, FP32: 4 } as const;
type Datatype = keyof typeof SIZES;

const requestSchema = z.object({
  id: z.string().optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional() }).loose().optional(),
  inputs: z
    .array(
      z.object({
        name: z.literal(INPUT),
        shape: z.array(z.int().nonnegative()),
        datatype: z.enum(['UINT8', 'FP32']),
        parameters: z.object({ binary_data_size: z.int().nonnegative().optional() }).loose().optional(),
        // Checked by hand: a schema would look at each of thousands of numbers for long.
        data: z.unknown().optional(),
      }),
    )
    .length(1),
  outputs: z
    .array(
      z.object({
        name: z.enum(OUTPUTS),
        parameters: z.object({ binary_data: z.boolean().optional() }).loose().optional(),
      }),
    )
    .optional(),
});
type InferRequest = z.infer<typeof requestSchema>;

/** The Open Inference Protocol (KServe's v2) over HTTP: health, metadata and inference, with binary tensors. */
export const openInference: Dialect = (app, { models, ready }) => {
  const modelOf = (request: FastifyRequest) => {
    const { model, version } = request.params as { model: string; version?: string };
    return models.get(model, version);
  };
  // "The "server live" health API indicates if the inference server is able to receive and respond to metadata and inference
  // requests"; "server ready": "if all the models are ready for inferencing"
  app.get('/v2/health/live', () => ({ live: true }));
  app.get('/v2/health/ready', (_, reply) => reply.code(ready() ? 200 : 503).send({ ready: ready() }));
  app.get('/v2', () => ({ name: 'whyconv', version: '2', extensions: ['binary_tensor_data'] }));
  for (const path of [MODEL, VERSION]) {
    app.get(`${path}/ready`, (request) => ({ name: modelOf(request).name, ready: true }));
    app.get(path, (request) => metadataOf(modelOf(request)));
    app.post(`${path}/infer`, async (request, reply) => {
      const model = modelOf(request);
      const { asked, images } = parse(bodyOf(request), request.headers[HEADER_LENGTH]);
      const answer = await ask(model, images.pixels);
      const { body, json } = write(model, asked, answer);
      if (body.length > json) void reply.header(HEADER_LENGTH, String(json)).type('application/octet-stream');
      else void reply.type('application/json');
      return reply.send(body);
    });
  }
};

const metadataOf = ({ name, version, classes, model }: Servable) => ({
  name,
  versions: [version],
  platform: 'whyconv',
  inputs: [{ name: INPUT, datatype: 'FP32', shape: [-1, ...model.inputShape] }],
  outputs: OUTPUTS.map((output) => ({ name: output, datatype: 'FP32', shape: [-1, classes.length] })),
});

function parse(body: Buffer, headerLength: unknown): { asked: InferRequest; images: Images } {
  const json = headerLength === undefined ? body.length : Number(headerLength);
  if (!Number.isInteger(json) || json < 0 || json > body.length)
    throw badRequest(
      `${HEADER_LENGTH}: found ${headerLength}, expected at most the ${body.length} bytes sent`,
    );
  const parsed = requestSchema.safeParse(parseJson(body.subarray(0, json)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw badRequest(`${issue.path.join('.') || 'the body'}: ${issue.message}`);
  }
  const input = parsed.data.inputs[0]!;
  const { shape, datatype } = input;
  const [count, ...image] = shape;
  if (!count || image.join() !== '32,32,3')
    throw badRequest(
      `shape: found [${shape.join(', ')}], expected [n, 32, 32, 3], n images of ${IMAGE_SHAPE}`,
    );
  requireFew(count, 'shape');
  const size = input.parameters?.binary_data_size;
  const images =
    size === undefined
      ? imagesOfJson(input.data, datatype, count)
      : imagesOfBinary(body.subarray(json), size, datatype, count);
  return { asked: parsed.data, images };
}

function imagesOfBinary(bytes: Buffer, size: number, datatype: Datatype, count: number): Images {
  const expected = count * IMAGE_BYTES * SIZES[datatype];
  if (bytes.length !== size || size !== expected)
    throw badRequest(
      `binary_data_size: found ${size} and ${bytes.length} bytes after the JSON, expected ${expected} for ${count} images of ${datatype}`,
    );
  if (datatype === 'UINT8') return imagesOfBytes(bytes);
  return imagesOfNumbers(new Float32Array(Uint8Array.from(bytes).buffer), 'data');
}

/** "the tensor data [...] in row-major order", flat or nested. */
function imagesOfJson(data: unknown, datatype: Datatype, count: number): Images {
  const flat = Array.isArray(data) ? (data.flat(3) as unknown[]) : [];
  if (flat.length !== count * IMAGE_BYTES || !flat.every((value) => typeof value === 'number'))
    throw badRequest(`data: expected ${count * IMAGE_BYTES} numbers, flat or nested, as the shape says`);
  if (datatype === 'FP32') return imagesOfNumbers(Float32Array.from(flat), 'data');
  if (!flat.every((value) => Number.isInteger(value) && value >= 0 && value <= 255))
    throw badRequest('data: expected whole numbers from 0 to 255 for UINT8');
  return imagesOfBytes(Uint8Array.from(flat));
}

/** @returns the response, and how many of its bytes are the JSON before binary tensors */
function write(model: Servable, asked: InferRequest, answer: Answer): { body: Buffer; json: number } {
  const binary: Buffer[] = [];
  const wanted = asked.outputs ?? OUTPUTS.map((name) => ({ name, parameters: undefined }));
  const outputs = wanted.map(({ name, parameters }) => {
    const values = answer[name];
    const described = { name, datatype: 'FP32', shape: [answer.count, answer.classes.length] };
    if (!(parameters?.binary_data ?? asked.parameters?.binary_data_output))
      return { ...described, data: Array.from(values) };
    binary.push(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    return { ...described, parameters: { binary_data_size: values.byteLength } };
  });
  // "id: The identifier given by the request"
  const id = asked.id === undefined ? {} : { id: asked.id };
  const json = Buffer.from(
    JSON.stringify({ model_name: model.name, model_version: model.version, ...id, outputs }),
  );
  return { body: Buffer.concat([json, ...binary]), json: json.length };
}
