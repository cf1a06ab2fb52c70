import { MODELS } from '../../models/index.js';
import type { ExperimentPlan } from '../experiment.js';
import { PROTOCOLS } from '../protocol.js';

export const filterSweep: ExperimentPlan = {
  question: 'What does accuracy gain, and the generalization gap pay, as only the number of filters grows?',
  settings: ({ profile, bfloat16 = false }) =>
    profile.models.map((name) => ({
      model: MODELS[name],
      ...(bfloat16 && profile.inBfloat16.includes(name) && { precision: 'bf16' as const }),
    })),
};

export const replicationSweep: ExperimentPlan = {
  question: 'Does the filter sweep under the published study’s own protocol reach its figures?',
  settings: ({ profile: { replication } }) =>
    (replication?.models ?? []).map((name) => ({ model: MODELS[name], protocol: PROTOCOLS.replication })),
};
