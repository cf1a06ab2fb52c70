/**
 * What tensors are computed by: TensorFlow.js on its native library or on WebAssembly, its installation, and the compiler that
 * turns a step into one graph. It knows no images and no networks.
 */

export { type CompileOptions, compile } from './compile.js';
export { type GraphNode, type Signature, serializeSavedModel } from './graph-def.js';
export {
  type EngineStatus,
  engineStatus,
  type InstallOptions,
  type InstallResult,
  installEngine,
} from './install/index.js';
export { ATTR, DTYPE, type OpAttr, typeAttr } from './native-binding.js';
export { addBias, crossEntropy, matMul, relu } from './ops.js';
export { processorHasBfloat16 } from './processor.js';
export type {
  AdamSettings,
  CallInputs,
  CallTimes,
  FunctionDefinition,
  FunctionResult,
  GatherDefinition,
  HostArrays,
  Precision,
  Program,
  ProgramDefinition,
  TableDefinition,
  TensorsByName,
  VariableDefinition,
} from './program.js';
export {
  currentEngine,
  type EngineChoice,
  type EngineInfo,
  parseEngineChoice,
  startEngine,
} from './start.js';
export { tf } from './tf.js';
