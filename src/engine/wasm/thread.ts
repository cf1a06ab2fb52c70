import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { parentPort } from 'node:worker_threads';

/*
 * Runs in each thread of the WebAssembly engine: the package's own worker script, which it ships as a string for browsers.
 * The script would load the module from a Blob, which does not work in Node; here the module is loaded from the package.
 */

const folder = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd';
const ofPackage = createRequire(__filename);
const { wasmWorkerContents } = ofPackage(`${folder}.worker.js`) as { wasmWorkerContents: string };
const wasmModule: unknown = ofPackage(`${folder}.js`);

// The package stores the script in a template literal, which turned its escaped line breaks into real ones.
const script = wasmWorkerContents.replaceAll('\n', '\\n');
compileFunction(script, ['require', '__filename'])(ofPackage, __filename);
Object.assign(globalThis, {
  importScripts: () => Object.assign(globalThis, { WasmBackendModuleThreadedSimd: wasmModule }),
});
parentPort!.postMessage('ready');
