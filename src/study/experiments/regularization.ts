import { MODELS, type ModelSpec, withDropout, withFlattenHead } from '../../models/index.js';
import type { ExperimentPlan } from '../experiment.js';

const RATES = [0, 0.3, 0.5];

export const dropout: ExperimentPlan = {
  question: 'Does dropout 0.3 weaken as networks widen, and would the widest gain from more of it?',
  settings: ({
    profile: {
      dropout: { models, images },
    },
  }) => models.flatMap((name) => RATES.map((rate) => ({ model: withRate(MODELS[name], rate), images }))),
};

/** The model itself where the rate is its own, so that it keeps its name. */
const withRate = (model: ModelSpec, rate: number): ModelSpec =>
  model.layers.some((layer) => layer.kind === 'dropout' && layer.rate === rate)
    ? model
    : withDropout(model, rate);

export const heads: ExperimentPlan = {
  question: 'Does global average pooling reduce overfitting against a flattened head?',
  settings: ({
    profile: {
      referenceCnn,
      heads: { images },
    },
  }) => [MODELS[referenceCnn], withFlattenHead(MODELS[referenceCnn])].map((model) => ({ model, images })),
};
