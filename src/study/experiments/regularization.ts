import { MODELS, type ModelSpec, withDropout, withFlattenHead } from '../../models/index.js';
import { canonicalJson } from '../../training/index.js';
import { type ExperimentPlan, seeded } from '../experiment.js';

const RATES = [0, 0.3, 0.5];

export const dropout: ExperimentPlan = {
  question: 'Does dropout 0.3 weaken as networks widen, and would the widest gain from more of it?',
  runs: (subject) => {
    const { dropoutModels, sweep } = subject.profile;
    const sides = dropoutModels.flatMap((name) =>
      RATES.map((rate) => ({
        label: `${name}, dropout ${rate}`,
        model: dropoutAt(MODELS[name], rate),
        budget: sweep,
      })),
    );
    return seeded(subject, sides);
  },
};

/** The model itself where the rate is its own, so that its run is the sweep's. */
function dropoutAt(model: ModelSpec, rate: number): ModelSpec {
  const changed = withDropout(model, rate);
  return canonicalJson(changed.layers) === canonicalJson(model.layers) ? model : changed;
}

export const heads: ExperimentPlan = {
  question: 'Does global average pooling reduce overfitting against a flatten head?',
  runs: (subject) => {
    const { representative: name, sweep } = subject.profile;
    const model = withFlattenHead(MODELS[name]);
    return seeded(subject, [{ label: `${name}, flatten head`, model, budget: sweep }]);
  },
};
