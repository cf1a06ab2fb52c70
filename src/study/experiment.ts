import type { Precision } from '../engine/index.js';
import { Estimator } from '../runs/index.js';
import type { RunSpec } from '../training/index.js';
import type { Profile } from './profile.js';
import { fitTest } from './profiles.js';
import { PROTOCOLS } from './protocol.js';
import { runSpec, type Setting } from './setting.js';

/** A question and the runs that answer it. */
export interface Experiment {
  /** What it is called on the command line and in {@link Study.runExperiments}. */
  readonly name: ExperimentName;
  /** What its runs answer, as a question. */
  readonly question: string;
  /** None where the profile leaves the question out. */
  readonly specs: readonly RunSpec[];
}

/** Names of the study's experiments, in the order in which they run. */
export const EXPERIMENT_NAMES = [
  'filterSweep',
  'replicationSweep',
  'baselineSettings',
  'denseControl',
  'unpublishedSettings',
  'protocolSearch',
  'permutation',
  'blockPermutation',
  'weightSharing',
  'augmentation',
  'dataSize',
  'dropout',
  'heads',
  'position',
] as const;
/** One of {@link EXPERIMENT_NAMES}. */
export type ExperimentName = (typeof EXPERIMENT_NAMES)[number];

/** An experiment before it is known what a study is of. */
export interface ExperimentPlan {
  readonly question: string;
  readonly settings: (subject: StudySubject) => readonly PlannedSetting[];
  /** Seeds it is asked with; default: the profile's, of which cheap runs have more. */
  readonly seeds?: (profile: Profile) => number;
}

/** A setting with the study's own protocol, images and split where it names none. */
export type PlannedSetting = Pick<Setting, 'model'> &
  Partial<Setting> & {
    /** Default: the study's own. */
    readonly dataset?: SubjectDataset;
    /** Default: the study's. */
    readonly precision?: Precision;
  };

/** A dataset of the study. */
export interface SubjectDataset {
  /** SHA-256 (hex) of its content. */
  readonly fingerprint: string;
  /** Training images it has, of which some validate. */
  readonly available: number;
  /** Test images it has; default: as many as the profile asks for. */
  readonly test?: number | undefined;
}

/** What a study is of. */
export interface StudySubject {
  /** The images the study is about. */
  readonly dataset: SubjectDataset;
  /** The synthetic set in which only the position of things decides the class. */
  readonly positions: SubjectDataset;
  /** How much of the study is run. */
  readonly profile: Profile;
  /** The first seed: those of the runs count up from it. */
  readonly seed: number;
  /** @default float32 */
  readonly precision?: Precision | undefined;
  /** Whether the processor computes in bfloat16; default: no. */
  readonly bfloat16?: boolean | undefined;
}

/** The runs of a plan: each setting with each seed. */
export function plannedRuns(
  { settings, seeds }: Omit<ExperimentPlan, 'question'>,
  subject: StudySubject,
): RunSpec[] {
  const { profile, seed, precision } = subject;
  const { images, validation, maxEpochs } = profile;
  const usual = { protocol: PROTOCOLS.fast, images, validation };
  return settings(subject).flatMap(
    ({ dataset = subject.dataset, precision: own = precision, ...setting }) => {
      const { fingerprint, available } = dataset;
      const first = runSpec(
        { ...usual, test: fitTest(profile.test, dataset.test), ...setting },
        { dataset: fingerprint, available, seed, precision: own, maxEpochs },
      );
      const count = seeds?.(profile) ?? seedsOf(first, profile, available);
      return Array.from({ length: count }, (_, i) => ({ ...first, seed: seed + i }));
    },
  );
}

const ESTIMATOR = new Estimator('native', []);

/** How many seeds a run is made with, by what it costs; evaluation is left out of account. */
function seedsOf(spec: RunSpec, { seeds, cheap }: Profile, available: number): number {
  if (!cheap) return seeds;
  const images = { train: { count: available }, test: { count: 0 } };
  return ESTIMATOR.estimate(spec, images).coreSeconds <= cheap.coreSeconds ? cheap.seeds : seeds;
}
