import { BinaryWriter } from 'google-protobuf';
import type { NamedWeights } from './weights.js';

/** A node of ONNX: operators by name, attributes as whole numbers or lists of them, which is all that these networks need. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

/** Floats, or the int64 sizes that Reshape takes. */
export type OnnxConstant = NamedWeights | { readonly sizes: readonly number[] };

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  /** Name and shape per image; the batch has any size. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Version of the file format, of May 2022: old enough for every runtime in use. */
const IR_VERSION = 8;
/** Version of the operators: the oldest with all that is used here in its present form. */
const OPSET = 13;
/** TensorProto.DataType. */
const [FLOAT, INT64] = [1, 7];
/** AttributeProto.AttributeType. */
const [INT, INTS] = [2, 7];

type Write = (writer: BinaryWriter) => void;

/** Serializes a graph as a ModelProto; field numbers as in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export function serializeOnnx(graph: OnnxGraph): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeInt64(1, IR_VERSION);
  writer.writeString(2, 'whyconv');
  message(writer, 7, (w) => writeGraph(w, graph));
  message(writer, 8, (w) => {
    w.writeString(1, '');
    w.writeInt64(2, OPSET);
  });
  for (const [key, value] of Object.entries(graph.metadata))
    message(writer, 14, (w) => {
      w.writeString(1, key);
      w.writeString(2, value);
    });
  return writer.getResultBuffer();
}

/** A message within another. */
function message(writer: BinaryWriter, field: number, write: Write): void {
  writer.writeMessage(field, writer, () => write(writer));
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, (w) => writeNode(w, node));
  writer.writeString(2, graph.name);
  for (const [name, constant] of graph.constants) message(writer, 5, (w) => writeTensor(w, name, constant));
  for (const [name, shape] of Object.entries(graph.inputs))
    message(writer, 11, (w) => writeValue(w, name, shape));
  for (const [name, shape] of Object.entries(graph.outputs))
    message(writer, 12, (w) => writeValue(w, name, shape));
}

function writeNode(writer: BinaryWriter, { op, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) writer.writeString(1, input);
  writer.writeString(2, output);
  writer.writeString(3, output);
  writer.writeString(4, op);
  for (const [name, value] of Object.entries(attributes))
    message(writer, 5, (w) => {
      w.writeString(1, name);
      if (typeof value === 'number') w.writeInt64(3, value);
      else w.writeRepeatedInt64(8, [...value]);
      w.writeEnum(20, typeof value === 'number' ? INT : INTS);
    });
}

function writeTensor(writer: BinaryWriter, name: string, constant: OnnxConstant): void {
  const sizes = 'sizes' in constant ? BigInt64Array.from(constant.sizes, BigInt) : undefined;
  const { buffer, byteOffset, byteLength } = 'sizes' in constant ? sizes! : constant.values;
  writer.writeRepeatedInt64(1, 'sizes' in constant ? [constant.sizes.length] : [...constant.shape]);
  writer.writeInt32(2, sizes ? INT64 : FLOAT);
  writer.writeString(8, name);
  writer.writeBytes(9, new Uint8Array(buffer, byteOffset, byteLength));
}

/** A ValueInfoProto of floats: the first dimension by a name, since any batch will do. */
function writeValue(writer: BinaryWriter, name: string, shape: readonly number[]): void {
  writer.writeString(1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.writeInt32(1, FLOAT);
      message(tensor, 2, (dims) => {
        message(dims, 1, (dim) => dim.writeString(2, 'batch'));
        for (const size of shape) message(dims, 1, (dim) => dim.writeInt64(1, size));
      });
    }),
  );
}
