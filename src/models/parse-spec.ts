import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { layerShapes } from './shapes.js';
import type { ModelSpec } from './spec.js';

const count = z.int().positive();
const activation = z.enum(['linear', 'relu']);

const windowed = { filters: count, kernelSize: count, activation };

const layerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flatten') }),
  z.strictObject({ kind: z.literal('dense'), units: count, activation }),
  z.strictObject({ kind: z.literal('conv2d'), ...windowed }),
  z.strictObject({ kind: z.literal('locallyConnected2d'), ...windowed }),
  z.strictObject({ kind: z.literal('maxPool2d'), size: count }),
  z.strictObject({ kind: z.literal('globalAveragePool2d') }),
  z.strictObject({ kind: z.literal('dropout'), rate: z.number().min(0).lt(1) }),
]);

/** The form of a {@link ModelSpec}; whether its layers fit together is checked by {@link parseModelSpec}. */
export const modelSpecSchema = z.strictObject({
  name: z.string().min(1),
  inputShape: z.tuple([count, count, count]),
  layers: z.array(layerSchema).min(1),
}) satisfies z.ZodType<ModelSpec>;

/**
 * A model from JSON or any other unknown value. `where` names the source for the error: a file, an option.
 * Throws {@link WhyconvError} for a wrong form, layers that do not fit together, or a last layer without logits.
 *
 * @example
 * ```ts
 * import { MODELS, parseModelSpec } from 'whyconv';
 *
 * parseModelSpec(JSON.parse(JSON.stringify(MODELS.small)), 'mine.json'); // => MODELS.small
 * parseModelSpec({ ...MODELS.small, layers: [{ kind: 'conv3d' }] }, 'mine.json'); // throws WhyconvError: a model spec has the wrong form: mine.json, at layers[0].kind
 * ```
 */
export function parseModelSpec(value: unknown, where: string): ModelSpec {
  const parsed = modelSpecSchema.safeParse(value);
  if (!parsed.success) throw wrongForm(parsed.error, value, where);
  layerShapes(parsed.data);
  const last = parsed.data.layers.at(-1)!;
  if (last.kind !== 'dense' || last.activation !== 'linear') {
    throw new WhyconvError({
      what: 'the last layer of a model must give logits',
      where,
      found: JSON.stringify(last),
      expected: 'a dense layer with activation "linear": softmax is part of the loss',
      remedy: 'end the layers with { "kind": "dense", "units": 10, "activation": "linear" }',
    });
  }
  return parsed.data;
}

function wrongForm(error: z.ZodError, value: unknown, where: string): WhyconvError {
  const issue = error.issues[0]!;
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const found: unknown = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  return new WhyconvError(
    {
      what: 'a model spec has the wrong form',
      where: `${where}${path ? `, at ${path.replace(/^\./, '')}` : ''}`,
      found: JSON.stringify(found)?.slice(0, 120) ?? 'nothing',
      expected: issue.message,
      remedy: 'compare it with the specs in MODELS: JSON.stringify(MODELS.small) is a valid one',
    },
    { cause: error },
  );
}
