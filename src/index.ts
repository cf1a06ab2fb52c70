/** What notebooks and other projects import. Types stay small: each notebook cell is compiled against them. */

export * from './analysis/index.js';
export { InterruptedError, UsageError, WhyconvError } from './base/errors.js';
export { formatDuration, type OnProgress, type Progress } from './base/progress.js';
export { type Random, random, shuffle } from './base/random.js';
export * from './charts/index.js';
export * from './claims/index.js';
export * from './data/index.js';
export * from './engine/index.js';
export * from './lab/index.js';
export * from './models/index.js';
export * from './notebook/index.js';
export * from './runs/index.js';
export * from './study/index.js';
export * from './training/index.js';
export * from './views/index.js';
