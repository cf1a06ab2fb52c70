export { type InstallOptions, type InstallResult, installEngine } from './install.js';
export { explainMissingAddon } from './layout.js';
export { linkFromCache } from './link.js';
export { type EngineStatus, engineStatus } from './status.js';
