import { z } from 'zod';
import { DIRECTIONS, type ShiftAnswers } from './shift-robustness.js';

/** A `Summary`; one value has no spread. */
const summarySchema = z.object({
  n: z.int(),
  mean: z.number(),
  sd: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export const equivarianceSchema = z.array(
  z.object({
    layer: z.string(),
    stride: z.int(),
    shift: z.int(),
    error: z.number(),
    change: z.number(),
    errors: z.array(z.number()),
    changes: z.array(z.number()),
  }),
);

/** Per image, in order: in how many of the directions, one digit each. */
const countsSchema = z.string().regex(new RegExp(`^[0-${DIRECTIONS.length}]*$`));

export const answersSchema = z.array(z.object({ shift: z.int(), correct: countsSchema, kept: countsSchema }));

type StoredAnswers = z.infer<typeof answersSchema>[number];

export const storedAnswers = ({ shift, correct, kept }: ShiftAnswers): StoredAnswers => ({
  shift,
  correct: correct.join(''),
  kept: kept.join(''),
});

export const readAnswers = ({ shift, correct, kept }: StoredAnswers): ShiftAnswers => ({
  shift,
  correct: Uint8Array.from([...correct], Number),
  kept: Uint8Array.from([...kept], Number),
});

const rangeSchema = z.object({ first: z.int(), last: z.int() });

export const fieldsSchema = z.array(
  z.object({
    layer: z.string(),
    expected: rangeSchema,
    rows: rangeSchema.nullable(),
    columns: rangeSchema.nullable(),
    weights: z.array(z.number()),
    byDistance: z.array(z.object({ distance: z.number(), weight: z.number() })),
    effectiveSide: z.int(),
  }),
);

export const ranksSchema = z.array(
  z.object({ layer: z.string(), filters: z.int(), initial: z.number(), trained: z.number() }),
);

const lossSchema = summarySchema.extend({
  fraction: z.number(),
  order: z.enum(['magnitude', 'random']),
  draws: summarySchema.nullable(),
});
const removableSchema = z.object({ fraction: z.number(), low: z.number(), high: z.number() });
export const pruningSchema = z.object({
  images: z.int(),
  accuracy: summarySchema,
  layers: z.array(lossSchema.extend({ layer: z.string(), filters: z.int(), removed: z.int() })),
  losses: z.array(lossSchema),
  together: z.array(lossSchema),
  removable: z.object({ alone: removableSchema, together: removableSchema }),
});
