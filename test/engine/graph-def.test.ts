import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serializeSavedModel } from '../../src/engine/graph-def.js';
import { ATTR, DTYPE } from '../../src/engine/native-binding.js';

/** A protocol buffer's fields by number, in order, decoded by hand from the wire format. */
function fieldsOf(bytes: Uint8Array): Map<number, (Uint8Array | number)[]> {
  const fields = new Map<number, (Uint8Array | number)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    const value = wire === 0 ? varint() : take(wire === 2 ? varint() : wire === 5 ? 4 : 8);
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  return fields;
}

const message = (value: Uint8Array | number | undefined) => fieldsOf(value as Uint8Array);
const text = (value: Uint8Array | number | undefined) => Buffer.from(value as Uint8Array).toString();

function attrsOf(nodeFields: Map<number, (Uint8Array | number)[]>) {
  const entries = (nodeFields.get(5) ?? []).map((entry) => {
    const pair = message(entry);
    return [text(pair.get(1)![0]), message(pair.get(2)![0])] as const;
  });
  return new Map(entries);
}

const available = (() => {
  try {
    require.resolve('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js');
    return true;
  } catch {
    return false;
  }
})();

describe('serializeSavedModel', () => {
  it('writes a SavedModel with the tag serve, the nodes, and a version that old libraries accept', (t) => {
    if (!available) return t.skip('native engine is not installed');
    const bytes = serializeSavedModel([
      { name: 'a', op: 'NoOp', inputs: [], attrs: [] },
      { name: 'b/c', op: 'Identity', inputs: ['a:0', '^a'], attrs: [] },
    ]);
    const metaGraph = message(message(bytes).get(2)![0]);
    assert.deepEqual(message(metaGraph.get(1)![0]).get(4)!.map(text), ['serve']);
    const graph = message(metaGraph.get(2)![0]);
    const nodes = graph.get(1)!.map(message);
    assert.deepEqual(
      nodes.map((node) => [node.get(1), node.get(2), node.get(3)].map((values) => (values ?? []).map(text))),
      [
        [['a'], ['NoOp'], []],
        [['b/c'], ['Identity'], ['a:0', '^a']],
      ],
    );
    const producer = message(graph.get(4)![0]).get(1)![0] as number;
    // TensorFlow 2.9, the oldest supported library, itself has version 1087 or later.
    assert.ok(producer > 0 && producer <= 1087, String(producer));
  });

  it('encodes attributes of every kind as the protocol specifies', (t) => {
    if (!available) return t.skip('native engine is not installed');
    const tensor = { dtype: DTYPE.float, shape: [2], bytes: Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64) };
    const attrs = [
      { name: 's', type: ATTR.string, value: 'SAME' },
      { name: 'i', type: ATTR.int, value: 300 },
      { name: 'f', type: ATTR.float, value: 0.5 },
      { name: 'b', type: ATTR.bool, value: true },
      { name: 'type', type: ATTR.type, value: DTYPE.int32 },
      { name: 'shape', type: ATTR.shape, value: [7, 1] },
      { name: 'tensor', type: ATTR.tensor, value: tensor },
      { name: 'list', type: ATTR.int, value: [1, 2, 2, 1] },
      { name: 'none', type: ATTR.int, value: [] },
      { name: 'strings', type: ATTR.string, value: ['x', 'yz'] },
    ];
    const bytes = serializeSavedModel([{ name: 'n', op: 'Test', inputs: [], attrs }]);
    const graph = message(message(message(bytes).get(2)![0]).get(2)![0]);
    const found = attrsOf(message(graph.get(1)![0]));
    assert.deepEqual(new Set(found.keys()), new Set(attrs.map(({ name }) => name)));
    const field = (name: string, number: number) => found.get(name)!.get(number)![0];
    assert.equal(text(field('s', 2)), 'SAME');
    assert.equal(field('i', 3), 300);
    assert.equal(Buffer.from(field('f', 4) as Uint8Array).readFloatLE(), 0.5);
    assert.equal(field('b', 5), 1);
    assert.equal(field('type', 6), DTYPE.int32);
    const sizes = message(field('shape', 7))
      .get(2)!
      .map((dim) => message(dim).get(1)![0]);
    assert.deepEqual(sizes, [7, 1]);
    const content = message(field('tensor', 8));
    assert.deepEqual(
      [content.get(1), Buffer.from(content.get(4)![0] as Uint8Array)],
      [[DTYPE.float], Buffer.from(tensor.bytes)],
    );
    assert.deepEqual([...(message(field('list', 1)).get(3)![0] as Uint8Array)], [1, 2, 2, 1]);
    assert.equal(message(field('none', 1)).size, 0);
    assert.deepEqual(message(field('strings', 1)).get(2)!.map(text), ['x', 'yz']);
  });

  it('refuses attributes of other kinds', (t) => {
    if (!available) return t.skip('native engine is not installed');
    const node = (value: unknown) => [
      { name: 'n', op: 'Test', inputs: [], attrs: [{ name: 'f', type: 8, value }] },
    ];
    assert.throws(() => serializeSavedModel(node('body')), /attribute f: type 8/);
    assert.throws(() => serializeSavedModel(node(['body'])), /attribute f: lists of type 8/);
  });
});
