import { createRequire } from 'node:module';
import { ATTR, type OpAttr } from './native-binding.js';

/** A node of TensorFlow's `GraphDef`. Inputs are "node:output", or "^node" for one that must only run before. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attrs: readonly OpAttr[];
}

/** The value of a constant, as TensorFlow's `TensorProto`. */
export interface TensorValue {
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/**
 * The graph format's version that these graphs claim. A library loads any graph whose producer is not older than its own
 * `min_producer` (0 in every release) and whose `min_consumer` (unset here) it reaches; the number only decides which
 * deprecated operations are refused. This one is of early 2022, older than any library the engine can meet.
 */
const PRODUCER = 1087;

// Message classes made by google-protobuf, which tfjs-node-gpu ships untyped: setters by field name.
type Message = Record<string, (...args: unknown[]) => unknown>;
type MessageClass = (new () => Message) & Record<string, new () => Message>;
type Messages = Record<string, MessageClass>;

/** A SavedModel protocol buffer that holds `nodes`, under the tag `serve`. */
export function serializeSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const pb = loadMessages();
  const graph = new pb.GraphDef!();
  for (const node of nodes) graph.addNode!(nodeDef(pb, node));
  const versions = new pb.VersionDef!();
  versions.setProducer!(PRODUCER);
  graph.setVersions!(versions);
  const info = new pb.MetaGraphDef!.MetaInfoDef!();
  info.addTags!('serve');
  const metaGraph = new pb.MetaGraphDef!();
  metaGraph.setMetaInfoDef!(info);
  metaGraph.setGraphDef!(graph);
  const savedModel = new pb.SavedModel!();
  savedModel.setSavedModelSchemaVersion!(1);
  savedModel.addMetaGraphs!(metaGraph);
  return savedModel.serializeBinary!() as Uint8Array;
}

function loadMessages(): Messages {
  const require = createRequire(__filename);
  return require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Messages;
}

function nodeDef(pb: Messages, node: GraphNode): Message {
  const message = new pb.NodeDef!();
  message.setName!(node.name);
  message.setOp!(node.op);
  message.setInputList!([...node.inputs]);
  const attrs = message.getAttrMap!() as { set(name: string, value: Message): void };
  for (const attr of node.attrs) attrs.set(attr.name, attrValue(pb, attr));
  return message;
}

function attrValue(pb: Messages, attr: OpAttr): Message {
  const message = new pb.AttrValue!();
  if (Array.isArray(attr.value) && attr.type !== ATTR.shape) message.setList!(listValue(pb, attr));
  else if (attr.type === ATTR.string) message.setS!(Buffer.from(String(attr.value)).toString('base64'));
  else if (attr.type === ATTR.int) message.setI!(attr.value);
  else if (attr.type === ATTR.float) message.setF!(attr.value);
  else if (attr.type === ATTR.bool) message.setB!(attr.value);
  else if (attr.type === ATTR.type) message.setType!(attr.value);
  else if (attr.type === ATTR.shape) message.setShape!(tensorShape(pb, attr.value as number[]));
  else if (attr.type === ATTR.tensor) message.setTensor!(tensorProto(pb, attr.value as TensorValue));
  else throw new Error(`attribute ${attr.name}: type ${attr.type} has no place in a graph`);
  return message;
}

function listValue(pb: Messages, attr: OpAttr): Message {
  const list = new pb.AttrValue!.ListValue!();
  const values = attr.value as unknown[];
  if (attr.type === ATTR.int) list.setIList!(values);
  else if (attr.type === ATTR.float) list.setFList!(values);
  else if (attr.type === ATTR.bool) list.setBList!(values);
  else if (attr.type === ATTR.type) list.setTypeList!(values);
  else if (attr.type === ATTR.string)
    list.setSList!(values.map((v) => Buffer.from(String(v)).toString('base64')));
  else throw new Error(`attribute ${attr.name}: lists of type ${attr.type} have no place in a graph`);
  return list;
}

function tensorShape(pb: Messages, shape: readonly number[]): Message {
  const message = new pb.TensorShape!();
  for (const size of shape) {
    const dim = new pb.TensorShape!.Dim!();
    dim.setSize!(size);
    message.addDim!(dim);
  }
  return message;
}

function tensorProto(pb: Messages, { dtype, shape, bytes }: TensorValue): Message {
  const message = new pb.Tensor!();
  message.setDtype!(dtype);
  message.setTensorShape!(tensorShape(pb, shape));
  message.setTensorContent!(bytes);
  return message;
}
