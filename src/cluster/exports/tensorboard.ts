import { join } from 'node:path';
import { writeFileAtomic } from '../../base/files.js';
import { mapFew } from '../../base/map-few.js';
import { describeRun } from '../../study/index.js';
import type { RunRecord } from '../../training/index.js';
import { crc32c } from './crc32c.js';
import { epochTimes } from './rows.js';

/** Writes one event file per run in a folder of its own, which TensorBoard shows as one curve; returns the paths. */
export function exportEventFiles(records: readonly RunRecord[], folder: string): Promise<string[]> {
  return mapFew(records, async (record) => {
    const started = Math.floor(Date.parse(record.provenance.startedAt) / 1000);
    const name = `${describeRun(record.spec).replace(/[^\w.,-]+/g, ' ')} ${record.key.slice(0, 8)}`;
    const path = join(folder, name, `events.out.tfevents.${started}.whyconv`);
    await writeFileAtomic(path, eventFile(record));
    return path;
  });
}

/** The events of a run: losses and accuracies at each epoch, and those on the test images at the epoch that was kept. */
export function eventFile(record: RunRecord): Buffer {
  const times = epochTimes(record);
  const begin = [double(1, Date.parse(record.provenance.startedAt) / 1000), bytes(3, 'brain.Event:2')];
  const epochs = record.history.map((epoch, i) =>
    scalars(times[i]! / 1000, epoch.epoch, {
      'train/loss': epoch.trainLoss,
      'train/accuracy': epoch.trainAccuracy,
      'validation/loss': epoch.validationLoss,
      'validation/accuracy': epoch.validationAccuracy,
      learning_rate: epoch.learningRate,
    }),
  );
  const { results, provenance } = record;
  const test = results && {
    'test/loss': results.test.loss,
    'test/accuracy': results.test.accuracy,
  };
  const end = test ? [scalars(Date.parse(provenance.finishedAt) / 1000, results.keptEpoch, test)] : [];
  return Buffer.concat([begin, ...epochs, ...end].map((event) => framed(Buffer.concat(event))));
}

/** An Event of tensorflow/core/util/event.proto: 1 wall_time, 2 step, 3 file_version, 5 summary. */
function scalars(seconds: number, step: number, values: Readonly<Record<string, number | null>>): Buffer[] {
  const summary = Object.entries(values).flatMap(([tag, value]) =>
    // Summary of tensorflow/core/framework/summary.proto: 1 value, of which 1 tag, 2 simple_value.
    value === null ? [] : [bytes(1, Buffer.concat([bytes(1, tag), float(2, value)]))],
  );
  return [double(1, seconds), number(2, step), bytes(5, Buffer.concat(summary))];
}

/** A record of tensorflow/core/lib/io/record_writer.h: length, its masked CRC-32C, the data, its masked CRC-32C. */
function framed(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

/** tensorflow/core/lib/hash/crc32c.h: rotated right by 15 bits, plus a constant. */
function masked(data: Uint8Array): Buffer {
  const crc = crc32c(data);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return sum;
}

// Fields of protocol buffers: the field's number and wire type, then the value.

function varint(value: number): Buffer {
  const found: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...found, rest]);
    found.push((rest % 128) | 128);
  }
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);

function double(field: number, value: number): Buffer {
  const found = Buffer.alloc(9);
  found.writeUInt8((field << 3) | 1);
  found.writeDoubleLE(value, 1);
  return found;
}

function float(field: number, value: number): Buffer {
  const found = Buffer.alloc(5);
  found.writeUInt8((field << 3) | 5);
  found.writeFloatLE(value, 1);
  return found;
}

function bytes(field: number, value: Buffer | string): Buffer {
  const data = Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(data.length), data]);
}
