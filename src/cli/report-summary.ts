import { describeDisturbance, describeOrigins } from '../analysis/index.js';
import { allowedCores, allowedMemory, cpuModel } from '../base/machine.js';
import { formatDuration } from '../base/progress.js';
import {
  collectEvidence,
  type Evidence,
  evidenceBeside,
  type Judgement,
  judgeClaims,
  type Verdict,
} from '../claims/index.js';
import { type Dataset, type DatasetName, hasImages } from '../data/index.js';
import type { EngineStatus } from '../engine/index.js';
import type { Fact, FactGroup, Lead, LeadMark } from '../report/page/index.js';
import { recordedRuns } from '../runs/index.js';
import { EXPERIMENT_NAMES, missingRuns, recordedFacts, type Study } from '../study/index.js';
import { type RunRecord, runKey, sourceCommit } from '../training/index.js';
import { type Overview, overview, type StudyResults } from '../views/overview.js';
import { packageVersions } from './package-versions.js';

/** What a report says as a whole, read from the records once its notebooks have run. */
export interface ReportSummary {
  readonly overview: Overview;
  readonly lead: Lead;
  readonly provenance: readonly FactGroup[];
}

const QUESTION = 'Why, and by how much, do convolutional networks beat dense ones on images?';

/**
 * @param study opened on the records that the notebooks wrote
 * @param seconds since the report began
 */
export async function summarizeReport(
  study: Study,
  engine: EngineStatus,
  seconds: () => number,
): Promise<ReportSummary> {
  const recorded = await recordedRuns();
  const evidence = await collectEvidence(study, { recorded });
  const own = resultsOf(evidence);
  const records = evidence.results.flatMap((result) => result.records);
  const cifar10 = study.dataset.name === 'cifar10';
  const beside = await evidenceBeside(study, recorded);
  const found = overview(
    study.recorded
      ? { here: undefined, recorded: own, cifar10 }
      : { here: own, recorded: beside && resultsOf(beside), cifar10 },
  );
  return {
    overview: found,
    lead: leadOf(found, own.judgements, await madeOf(study, engine, seconds())),
    provenance: provenance(study, engine, records, study.recorded ? await missingInWords(study) : {}),
  };
}

const resultsOf = (evidence: Evidence): StudyResults => ({
  results: evidence.results,
  spread: evidence.spread,
  judgements: judgeClaims(evidence),
});

function leadOf(found: Overview, judgements: readonly Judgement[], facts: readonly Fact[]): Lead {
  const isRecorded = found.claims.some(({ recorded }) => recorded !== null);
  const isHere = found.claims.some(({ here }) => here !== null);
  const sources = [...(isRecorded ? ['recorded'] : []), ...(isHere ? ['this run'] : [])];
  return {
    question: QUESTION,
    answer: found.answer,
    figure: {
      chart: found.chart,
      caption:
        'Test accuracy by model and by source; lines are 95 % intervals over seeds where there are several.',
      alt: `Test accuracy of each model: ${['published', ...sources].join(', ')}.`,
    },
    points: {
      title: `The ${judgements.length} claims, judged`,
      sources,
      items: found.claims.map(({ id, statement, recorded, here }) => ({
        term: id,
        statement: statement.replaceAll('`', ''),
        marks: [...(isRecorded ? [recorded] : []), ...(isHere ? [here] : [])].map(markOf),
      })),
    },
    facts,
  };
}

const TONES: Readonly<Record<Verdict, LeadMark['tone']>> = {
  supported: 'for',
  refuted: 'against',
  indicated: 'leaning',
  'indicated against': 'leaning-against',
  undecided: 'open',
  'no records': 'none',
  'not applicable': 'none',
};

const markOf = (verdict: Verdict | null): LeadMark =>
  verdict === null ? { text: 'no records', tone: 'none' } : { text: verdict, tone: TONES[verdict] };

async function madeOf(study: Study, engine: EngineStatus, seconds: number): Promise<Fact[]> {
  const { dataset } = study;
  const runs = study.recorded ? await recordedInWords(study) : {};
  return facts({
    ...runs,
    [study.recorded ? 'Pictures' : 'Data']: hasImages(dataset)
      ? imagesInWords(dataset)
      : 'none: the images are not at hand',
    Machine: `${cpuModel()}, ${allowedCores()} cores, ${engine.engine} engine`,
    Took: formatDuration(seconds),
  });
}

const NAMES: Readonly<Record<DatasetName, string>> = {
  cifar10: 'CIFAR-10',
  images: 'own images',
  shapes: 'synthetic shapes',
  position: 'positions',
};

/** What the images are, and of what anybody may have, whose copy. */
export function imagesInWords({
  name,
  official,
  fingerprint,
  classes,
}: Pick<Dataset, 'name' | 'official' | 'fingerprint' | 'classes'>): string {
  const content = `${fingerprint.slice(0, 12)}…`;
  if (name === 'images') return `${NAMES.images} of ${classes.length} classes, not CIFAR-10 (${content})`;
  if (name !== 'cifar10') return `${NAMES[name]}, not CIFAR-10`;
  return official ? 'CIFAR-10, the official archive' : `a copy of CIFAR-10, not official (${content})`;
}

/** What the runs of the recorded study were trained on, and how many of them there are. */
async function recordedInWords(study: Study): Promise<Readonly<Record<string, string>>> {
  const planned = new Set(study.experiments.flatMap(({ specs }) => specs.map(runKey))).size;
  const missing = (await missingRuns(study, EXPERIMENT_NAMES)).length;
  const { official, fingerprint } = await recordedFacts();
  const on = official
    ? 'the official CIFAR-10'
    : `a copy of CIFAR-10, not official (${fingerprint.slice(0, 12)}…)`;
  return { Runs: `${planned - missing} of ${planned} runs of the recorded study, trained on ${on}` };
}

/** How many runs of each experiment are not recorded yet; a run of several counts for each of them. */
async function missingInWords(study: Study): Promise<Readonly<Record<string, string>>> {
  const counts = await Promise.all(
    EXPERIMENT_NAMES.map(async (name) => {
      const missing = (await missingRuns(study, [name])).length;
      return missing > 0 ? [`${name} ${missing} of ${study.experiment(name).specs.length}`] : [];
    }),
  );
  const named = counts.flat();
  return named.length > 0 ? { 'Not recorded yet': named.join(', ') } : {};
}

const facts = (rows: Readonly<Record<string, string>>): Fact[] =>
  Object.entries(rows).map(([label, value]) => ({ label, value }));

function provenance(
  study: Study,
  engine: EngineStatus,
  records: readonly RunRecord[],
  missing: Readonly<Record<string, string>>,
): FactGroup[] {
  const { dataset, profile } = study;
  return [
    {
      title: 'Runs',
      facts: facts({
        'Made by': describeOrigins(records),
        Durations: describeDisturbance(records),
        ...missing,
        Seeds: seedsInWords(study),
        Profile: `${profile.name}: ${profile.description}`,
      }),
    },
    {
      title: 'This report',
      facts: facts({
        Commit: sourceCommit() ?? 'not a checkout of the project',
        Node: process.versions.node,
        Engine: engineInWords(engine),
        Packages: packageVersions(),
      }),
    },
    {
      title: 'Machine',
      facts: facts({
        CPU: `${cpuModel()}, ${allowedCores()} cores`,
        Memory: `${(allowedMemory() / 2 ** 30).toFixed(0)} GiB`,
        System: `${process.platform} ${process.arch}`,
      }),
    },
    {
      title: 'Data',
      facts: facts({
        Dataset: NAMES[dataset.name],
        Official: `${dataset.official ? 'yes' : 'no'}${dataset.officialBecause ? `: ${dataset.officialBecause}` : ''}`,
        Fingerprint: `SHA-256 ${dataset.fingerprint}`,
        Images: `${dataset.train.count} train, ${dataset.test.count} test`,
      }),
    },
  ];
}

function seedsInWords({ profile: { seeds, cheap }, seed }: Study): string {
  const from = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => seed + first + i).join(', ');
  const more = cheap ? `; where a run costs about a minute also ${from(seeds, cheap.seeds - seeds)}` : '';
  return `${from(0, seeds)}${more}`;
}

function engineInWords({ engine, library, device, threads }: EngineStatus): string {
  if (engine === 'native') return `native, TensorFlow ${library}, ${device}, ${threads} threads`;
  return `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
