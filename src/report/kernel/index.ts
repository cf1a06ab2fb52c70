export { CONNECTION_FILE, registeredArgv } from './command.js';
export { freePorts } from './connection.js';
export { startKernel } from './kernel.js';
export type { ExecutionTimes, KernelOutput, OnOutput } from './messages.js';
export type { KernelExit } from './process.js';
export type { ExecuteOptions, ExecuteResult, Kernel, KernelOptions } from './types.js';
