export { explainMissingAddon, findAddon, loadPackage } from './addon.js';
export { type InstallOptions, type InstallResult, installEngine } from './install.js';
export { type EngineStatus, engineStatus } from './status.js';
