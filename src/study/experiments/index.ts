import {
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  type ExperimentPlan,
  type LabelledRun,
  type StudySubject,
} from '../experiment.js';
import { fitProfile } from '../profiles.js';
import { baseline, baselineSettings, denseControlPlan, sisterBaseline } from './baseline.js';
import { dataSize, weightSharing } from './data-size.js';
import { hiddenSetting } from './hidden-setting.js';
import { blockPermutation, permutation } from './permutation.js';
import { position } from './position.js';
import { dropout, heads } from './regularization.js';
import { allImages, filterSweep } from './width.js';

const PLANS: Readonly<Record<ExperimentName, ExperimentPlan>> = {
  baseline,
  sisterBaseline,
  baselineSettings,
  denseControl: denseControlPlan,
  allImages,
  filterSweep,
  dropout,
  heads,
  hiddenSetting,
  permutation,
  blockPermutation,
  weightSharing,
  dataSize,
  position,
};

/** All experiments of notebooks 04 to 06 for a subject. */
export function experiments({ profile, ...rest }: StudySubject): Experiment[] {
  const subject = { ...rest, profile: fitProfile(profile, rest.images) };
  const mark = (run: LabelledRun): LabelledRun =>
    subject.precision === 'bf16' ? { ...run, label: `${run.label} (bf16)` } : run;
  return EXPERIMENT_NAMES.map((name) => {
    const { question, runs } = PLANS[name];
    return { name, question, runs: runs(subject).map(mark) };
  });
}
