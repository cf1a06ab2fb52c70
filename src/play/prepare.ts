import { predictions } from '../analysis/index.js';
import { IMAGE_BYTES } from '../data/index.js';
import { infer, trainedWeights } from '../lab/index.js';
import { modelTotals } from '../models/index.js';
import type { Study } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { chooseImages } from './choose-images.js';
import type { PlayedImages, PlayedNetwork } from './figures.js';
import { pack } from './pack.js';
import { type PackedPrecision, unpack } from './unpack.js';

/** The first test images: images are chosen from them, and answers are compared on them. */
const JUDGED = 1_000;

/** A network of more parameters is held in steps. */
const LARGE = 200_000;

/** A trained network to show, and how. */
export interface Shown {
  readonly record: RunRecord;
  readonly name: string;
  /** Name of a color of the palette. */
  readonly color: string;
}

/** A network as the page holds it, and what rounding its weights changes. */
export interface Prepared {
  readonly network: PlayedNetwork;
  readonly agreement: Agreement;
  /** The most probable classes of the first test images, by the rounded weights. */
  readonly answers: Uint8Array;
}

/** How often a network answers with rounded weights as it does with its own. */
export interface Agreement {
  readonly precision: PackedPrecision;
  /** Test images. */
  readonly images: number;
  /** With the same most probable class. */
  readonly same: number;
}

/**
 * Rounds the weights of a trained network for the page, and lets the engine answer with the rounded and with the exact ones.
 *
 * @throws WhyconvError where the run's weights are not in the store
 */
export async function prepare(study: Study, { record, name, color }: Shown): Promise<Prepared> {
  const { model } = record.spec;
  const weights = await trainedWeights(study, record);
  const { parameters } = modelTotals(model);
  const precision = parameters > LARGE ? 'steps' : 'float16';
  const packed = pack(model, weights, precision);
  const { layers } = await unpack(packed);
  const rounded = layers.flatMap(({ kernel, bias }) => (kernel.length > 0 ? [kernel, bias] : []));
  const images = study.dataset.test.images.subarray(0, JUDGED * IMAGE_BYTES);
  const answersWith = async (values: readonly Float32Array[]) =>
    predictions(await infer(model, values, images));
  const [exact, answers] = [await answersWith(weights), await answersWith(rounded)];
  const same = answers.filter((answer, i) => answer === exact[i]).length;
  return {
    network: { key: record.key, name, color, spec: model, parameters, packed },
    agreement: { precision, images: exact.length, same },
    answers,
  };
}

/** The images to show to these networks: see {@link chooseImages}. */
export const imagesFor = (study: Study, prepared: readonly Prepared[]): PlayedImages =>
  chooseImages(
    study.dataset,
    prepared.map(({ answers }) => answers),
  );
