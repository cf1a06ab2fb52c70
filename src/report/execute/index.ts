export type { CellPosition, ExecuteEvent, OnExecuteEvent } from './events.js';
export { executeNotebook } from './execute.js';
export type { Parameters, ParameterValue } from './parameters.js';
export { declaredParameters, injectParameters } from './parameters.js';
export type { CellFailure, ExecutedNotebook, ExecuteNotebookOptions } from './types.js';
