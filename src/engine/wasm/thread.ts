import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { parentPort } from 'node:worker_threads';

/*
 * What runs in each thread of the WebAssembly engine: the package's own worker script, which for browsers is a string.
 * It would load the module from a Blob, which in Node it cannot; here the module is loaded from the package.
 */

const folder = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd';
const ofPackage = createRequire(__filename);
const { wasmWorkerContents } = ofPackage(`${folder}.worker.js`) as { wasmWorkerContents: string };
const wasmModule: unknown = ofPackage(`${folder}.js`);

// The package keeps the script in a template literal that turned its escaped line breaks into real ones.
const script = wasmWorkerContents.replaceAll('\n', '\\n');
compileFunction(script, ['require', '__filename'])(ofPackage, __filename);
Object.assign(globalThis, {
  importScripts: () => Object.assign(globalThis, { WasmBackendModuleThreadedSimd: wasmModule }),
});
parentPort!.postMessage('ready');
