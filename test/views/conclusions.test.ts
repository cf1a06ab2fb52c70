import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeClaims } from '../../src/claims/index.js';
import { MODEL_NAMES } from '../../src/models/index.js';
import type { TableRow } from '../../src/notebook/index.js';
import {
  conclusionsSettled,
  counterExamples,
  figuresTables,
  guideTable,
  ledgerTable,
  rulesTable,
  verdictCounts,
} from '../../src/views/index.js';
import { convincing, convincingMeasurements, madeEvidence, type World } from '../support/evidence.js';

const flat: World = () => ({ train: 0.5, validation: 0.5, test: 0.5 });

const evidence = madeEvidence({ world: convincing, measured: convincingMeasurements });
const judgements = judgeClaims(evidence);
const oneSeed = judgeClaims(madeEvidence({ world: convincing, seeds: 1, measured: convincingMeasurements }));
const cell = (rows: readonly TableRow[], id: string, column: string) =>
  rows.find((row) => row.claim === id)![column];

describe('the conclusions', () => {
  it('list each claim with its verdict, next to that of the recorded study', () => {
    const { rows } = ledgerTable(oneSeed, judgements);
    assert.equal(rows.length, 15);
    assert.equal(cell(rows, 'C4', 'verdict'), '**indicated**');
    assert.equal(cell(rows, 'C4', 'recorded'), '**supported**');
    assert.ok(ledgerTable(oneSeed).rows.every((row) => !('recorded' in row)));
  });

  it('show the recorded reading, named as such, where this run has no records', () => {
    const nothing = judgeClaims(madeEvidence({ world: convincing, without: () => true }));
    assert.match(
      String(cell(ledgerTable(nothing, judgements).rows, 'C4', 'reading')),
      /^Recorded: small − baseline/,
    );
    assert.match(String(cell(ledgerTable(nothing).rows, 'C4', 'reading')), /no records/);
  });

  it('count verdicts, and say which rest on one seed', () => {
    assert.match(verdictCounts(judgements), /\d+ supported, .*of 15 claims/);
    assert.doesNotMatch(verdictCounts(judgements), /one seed/);
    assert.match(verdictCounts(oneSeed), /indicated.*rest on one seed/);
  });

  it('give each rule with its version and date', () => {
    for (const row of rulesTable(judgements).rows)
      assert.match(String(row.changed), /^version \d+, \d{4}-\d{2}-\d{2}$/);
  });

  it('recommend models by validation accuracy, and list every figure of the sweep', () => {
    assert.deepEqual(
      guideTable(evidence.results).rows.map(({ need }) => need),
      ['accuracy', 'balance', 'small budget', 'prototype'],
    );
    assert.deepEqual(
      figuresTables(evidence.results, true)[0]!.rows.map(({ model, protocol }) => [protocol, model]),
      ['fast', 'replication'].flatMap((protocol) => MODEL_NAMES.map((model) => [protocol, model])),
    );
    assert.deepEqual([guideTable([]).rows, figuresTables([], false)[0]!.rows], [[], []]);
  });

  it('compare the networks where position or neighborhood is taken away', () => {
    const { rows } = counterExamples(evidence, 'f'.repeat(64));
    assert.deepEqual(
      rows.map(({ images }) => images),
      ['as they are', 'all pixels permuted', 'only positions decide the class'],
    );
  });

  it('settle the predictions by the verdicts, whichever way they fall', () => {
    const held = (found: typeof judgements) => conclusionsSettled(found).map((prediction) => prediction.held);
    assert.deepEqual(held(judgements), [true, true, true]);
    assert.deepEqual(held(judgeClaims(madeEvidence({ world: flat }))).slice(0, 2), [true, true]);
    assert.notEqual(held(judgeClaims(madeEvidence({ world: flat })))[2], true);
    const open = judgements.map((judged) =>
      judged.id === 'C9' ? { ...judged, verdict: 'undecided' as const } : judged,
    );
    assert.equal(held(open)[2], null, 'one of the claims is open, and none refuted');
    const refuted = judgements.map((judged) =>
      judged.id === 'C9' ? { ...judged, verdict: 'refuted' as const } : judged,
    );
    assert.equal(held(refuted)[2], false);
    assert.deepEqual(held(judgeClaims(madeEvidence({ world: flat, without: () => true }))), [
      true,
      null,
      null,
    ]);
  });
});
