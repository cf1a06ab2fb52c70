import { UsageError } from '../base/errors.js';
import { parseChoice, parseCount } from '../base/parse.js';
import type { Precision } from '../engine/index.js';
import { parseJobs } from '../runs/index.js';
import { EXPERIMENT_NAMES, type ExperimentName, type StudyOptions } from '../study/index.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;

/** Of the command `study`, for `parseArgs`. */
export const STUDY_COMMAND_OPTIONS = {
  ...STUDY_OPTIONS,
  only: string,
  jobs: string,
  precision: string,
  'no-compile': boolean,
  'fail-fast': boolean,
  list: boolean,
  verify: string,
  costs: boolean,
  publish: boolean,
  worker: boolean,
  for: string,
  shard: string,
  merge: boolean,
  status: boolean,
  json: boolean,
  submit: string,
  print: boolean,
  nodes: string,
  cores: string,
  gpus: string,
  partition: string,
  image: string,
  volume: string,
  export: string,
  help: boolean,
};

type Values = { readonly [name in keyof typeof STUDY_COMMAND_OPTIONS]?: string | boolean | undefined };

/** Options that mean something for one or two tasks only, and nothing without them. */
const BELONGS_TO: Readonly<Record<string, readonly string[]>> = {
  for: ['worker', 'submit'],
  shard: ['worker'],
  json: ['status'],
  print: ['submit'],
  nodes: ['list', 'submit'],
  cores: ['list', 'submit'],
  gpus: ['submit'],
  partition: ['submit'],
  image: ['submit'],
  volume: ['submit'],
  jobs: [''],
};

/** The command line, parsed as far as every task of the command reads it. */
export interface StudyArguments {
  readonly names: readonly ExperimentName[];
  readonly study: Pick<
    StudyOptions,
    'profile' | 'data' | 'engine' | 'seed' | 'jobs' | 'precision' | 'compile' | 'recorded'
  >;
  /** The options that say which study it is, to be given to another process; but for the engine, which that must have too. */
  readonly sameStudy: readonly string[];
  readonly failFast: boolean;
  readonly json: boolean;
  readonly print: boolean;
  readonly nodes: number | undefined;
  readonly cores: number | undefined;
  readonly gpus: number | undefined;
  /** Unparsed. */
  readonly text: Readonly<
    Record<
      'for' | 'shard' | 'verify' | 'submit' | 'partition' | 'image' | 'volume' | 'export',
      string | undefined
    >
  >;
  readonly positionals: readonly string[];
}

/** @param task the option that says what to do; undefined: train here */
export function parseStudyArguments(
  values: Values,
  positionals: readonly string[],
  task: string | undefined,
): StudyArguments {
  requireBelonging(values, task);
  if (positionals.length > 0 && task !== 'merge' && task !== 'export') {
    throw new UsageError({
      what: `Unexpected argument '${positionals[0]}'`,
      remedy: 'npm run study -- --help lists the options',
    });
  }
  const text = (name: keyof Values) => values[name] as string | undefined;
  const count = (name: keyof Values) =>
    values[name] === undefined ? undefined : parseCount(text(name)!, `--${name}`);
  const jobs = text('jobs');
  return {
    names: parseNames(text('only')),
    study: {
      ...parseStudyChoice({
        profile: text('profile'),
        data: text('data'),
        engine: text('engine'),
        seed: text('seed'),
      }),
      // What is trained, and not what the repository has of it.
      recorded: false,
      ...(jobs !== undefined && { jobs: parseJobs(jobs, '--jobs') }),
      precision: parseChoice<Precision>(
        'precision',
        ['float32', 'bf16'],
        text('precision') ?? 'float32',
        '--precision',
      ),
      ...(values['no-compile'] && { compile: false }),
    },
    sameStudy: [
      ...(['profile', 'only', 'data', 'seed', 'precision'] as const).flatMap((name) =>
        values[name] === undefined ? [] : [`--${name}`, text(name)!],
      ),
      ...(['no-compile', 'fail-fast'] as const).flatMap((name) => (values[name] ? [`--${name}`] : [])),
    ],
    failFast: Boolean(values['fail-fast']),
    json: Boolean(values.json),
    print: Boolean(values.print),
    nodes: count('nodes'),
    cores: count('cores'),
    gpus: count('gpus'),
    text: {
      for: text('for'),
      shard: text('shard'),
      verify: text('verify'),
      submit: text('submit'),
      partition: text('partition'),
      image: text('image'),
      volume: text('volume'),
      export: text('export'),
    },
    positionals,
  };
}

function requireBelonging(values: Values, task = ''): void {
  for (const [name, tasks] of Object.entries(BELONGS_TO)) {
    if (!values[name as keyof Values] || tasks.includes(task)) continue;
    throw new UsageError({
      what: `--${name} has no meaning here`,
      expected:
        tasks[0] === '' ? 'training in this process' : tasks.map((other) => `--${other}`).join(' or '),
    });
  }
}

function parseNames(only: string | undefined): readonly ExperimentName[] {
  if (only === undefined) return EXPERIMENT_NAMES;
  return only.split(',').map((name) => parseChoice('experiment', EXPERIMENT_NAMES, name.trim(), '--only'));
}
