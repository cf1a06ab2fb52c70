/* Records for the programs that people already watch runs with. Each export can be repeated: it says the same again. */
export { exportToMlflow, type MlflowOptions } from './mlflow.js';
export { type EpochRow, epochRows, type RunRow, runRow } from './rows.js';
export { exportTables, TABLE_FORMATS, type TableFormat } from './tables.js';
export { exportEventFiles } from './tensorboard.js';
