import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IMAGE_BYTES } from '../../src/data/index.js';
import {
  type ShiftAnswers,
  type ShiftMeasurement,
  shiftAccuracyDifference,
  shiftAnswers,
  shiftLossDifference,
  shiftRobustness,
} from '../../src/lab/index.js';
import { refusal } from '../support/refusal.js';

/** Class 1 if the white column lies in the right half: a network whose answer is known for any shift. */
const side = (images: Uint8Array) =>
  Float32Array.from({ length: (2 * images.length) / IMAGE_BYTES }, (_, i) => {
    const image = images.subarray(Math.floor(i / 2) * IMAGE_BYTES, (Math.floor(i / 2) + 1) * IMAGE_BYTES);
    const column = Math.floor(image.indexOf(255) / 3) % 32;
    return Number(column >= 16 === (i % 2 === 1));
  });
/** One image per column, with that column white. */
const bars = new Uint8Array(8 * IMAGE_BYTES);
const columns = [8, 10, 13, 15, 16, 18, 21, 23];
columns.forEach((column, n) => {
  for (let y = 0; y < 32; y++)
    bars.fill(255, n * IMAGE_BYTES + (y * 32 + column) * 3, n * IMAGE_BYTES + (y * 32 + column) * 3 + 3);
});
const labels = Uint8Array.from(columns, (column) => Number(column >= 16));
const set = { images: bars, labels, count: 8 };

describe('answers to shifted images', () => {
  it('answers are counted over directions: vertical shifts change nothing, horizontal ones what crosses the middle', async () => {
    const answers = await shiftAnswers(side, set, { shifts: [0, 1, 3, 8], fill: 'zero' });
    // By hand: a bar that crosses the middle in one of four directions is right in three of them. Column 15 and 16 cross by
    // 1 pixel; 13 and 18 by 3; all by 8, 23 to 15 and 8 to 16.
    assert.deepEqual(
      answers.map(({ shift, correct }) => [shift, correct.join('')]),
      [
        [0, '44444444'],
        [1, '44433444'],
        [3, '44333344'],
        [8, '33333333'],
      ],
    );
    assert.deepEqual(
      answers.map(({ kept }) => kept),
      answers.map(({ correct }) => correct),
      'it is right about all unshifted images',
    );
  });

  it('consistency compares with the unshifted answer, not with the truth', async () => {
    const wrong = { ...set, labels: labels.map((label) => 1 - label) };
    const [, shifted] = await shiftAnswers(side, wrong, { shifts: [0, 1], fill: 'zero' });
    assert.equal(shifted!.correct.join(''), '00011000');
    assert.equal(shifted!.kept.join(''), '44433444');
  });

  it('wrap brings back what left on the other side, zero does not', async () => {
    const corner = new Uint8Array(IMAGE_BYTES);
    corner.fill(255, 31 * 3, 32 * 3);
    const seen: number[] = [];
    const looking = (images: Uint8Array) => {
      seen.push(images.filter((value) => value === 255).length / 3);
      return Float32Array.of(1, 0);
    };
    const one = { images: corner, labels: Uint8Array.of(0), count: 1 };
    await shiftAnswers(looking, one, { shifts: [1], fill: 'wrap' });
    await shiftAnswers(looking, one, { shifts: [1], fill: 'zero' });
    // Unshifted, then right, left, down, up: the pixel in the upper right corner leaves to the right and upwards.
    assert.deepEqual(seen, [1, 1, 1, 1, 1, /**/ 1, 0, 1, 1, 0]);
  });
});

const answer = (shift: number, correct: number[]): ShiftAnswers => ({
  shift,
  correct: Uint8Array.from(correct),
  kept: Uint8Array.from(correct),
});
const measurement = (answers: ShiftAnswers[]): ShiftMeasurement => ({
  judged: { dataset: 'd', splitSeed: 0, validation: 100 },
  fill: 'wrap',
  answers,
  rows: shiftRobustness(answers),
});

describe('robustness to shifts', () => {
  it('robustness is accuracy, consistency and loss with their intervals over images', () => {
    const [still, moved] = shiftRobustness([answer(0, [4, 4, 0, 4]), answer(8, [2, 4, 1, 1])]);
    assert.deepEqual(
      [still!.images, still!.accuracy.mean, still!.loss.mean, still!.loss.sd],
      [4, 0.75, 0, 0],
    );
    assert.deepEqual([moved!.shift, moved!.images, moved!.accuracy.mean], [8, 4, 0.5]);
    // By hand: losses 0.5, 0, -0.25, 0.75; mean 0.25, squares 0.0625 + 0.0625 + 0.25 + 0.25 = 0.625; t(0.975, 3) = 3.1824.
    assert.equal(moved!.loss.mean, 0.25);
    assert.ok(Math.abs(moved!.loss.sd! - Math.sqrt(0.625 / 3)) < 1e-12);
    assert.ok(Math.abs(moved!.loss.high! - (0.25 + (3.1824 * Math.sqrt(0.625 / 3)) / 2)) < 1e-4);
  });

  it('two networks are compared image by image, which is sharper than comparing their means', () => {
    // Both lose the same images; one of them loses one more.
    const a = measurement([answer(0, [4, 4, 4, 4, 4, 4]), answer(8, [0, 0, 0, 4, 4, 0])]);
    const b = measurement([answer(0, [4, 4, 4, 4, 4, 4]), answer(8, [0, 0, 0, 4, 4, 4])]);
    const difference = shiftLossDifference(a, b, 8);
    assert.equal(difference.n, 6);
    assert.ok(Math.abs(difference.mean - 1 / 6) < 1e-12);
    assert.ok(difference.sd! < a.rows[1]!.loss.sd!);
    assert.equal(shiftLossDifference(a, a, 8).sd, 0);
  });

  it('accuracy on the shifted images is compared image by image, whatever it was before the shift', () => {
    const a = measurement([answer(0, [0, 4, 4, 4]), answer(8, [4, 4, 0, 2])]);
    const b = measurement([answer(0, [4, 4, 4, 4]), answer(8, [4, 0, 0, 0])]);
    const { mean, n } = shiftAccuracyDifference(a, b, 8);
    assert.deepEqual([mean, n], [(1 + 0.5) / 4, 4]);
    assert.equal(shiftAccuracyDifference(a, b, 0).mean, -0.25);
    assert.throws(() => shiftAccuracyDifference(a, { ...b, fill: 'zero' }, 8), refusal({ found: '"zero"' }));
  });

  it('networks judged on more and on fewer of the same images are compared on those of both', () => {
    const many = measurement([answer(0, [4, 4, 4]), answer(8, [0, 4, 0])]);
    const few = measurement([answer(0, [4, 4]), answer(8, [4, 4])]);
    assert.deepEqual([shiftLossDifference(many, few, 8).n, shiftLossDifference(many, few, 8).mean], [2, 0.5]);
  });

  it('networks are not compared across images or fillings, or at a shift that was not measured', () => {
    const a = measurement([answer(0, [4, 4]), answer(8, [0, 4])]);
    const others = { ...a, judged: { ...a.judged, splitSeed: 1 } };
    assert.throws(
      () => shiftLossDifference(a, others, 8),
      refusal({ what: 'same images', found: '"splitSeed":1' }),
    );
    assert.throws(() => shiftLossDifference(a, { ...a, fill: 'zero' }, 8), refusal({ found: '"zero"' }));
    assert.throws(() => shiftLossDifference(a, a, 4), /shift of 4 pixels: measured were 0, 8/);
    assert.throws(() => shiftRobustness([answer(8, [0, 4])]), /shift of 0 pixels/);
  });
});
