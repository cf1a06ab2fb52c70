/*
 * A trained network as a service over HTTP, in the dialects of SageMaker, TensorFlow Serving and the Open Inference Protocol, and
 * a page to try it on. What it needs beyond the study (Fastify, prom-client, sharp) is loaded when a service is started. It
 * trains nothing and knows no other model format than the project's own.
 */
export { modelFileIn } from './model-registry.js';
export { type Service, type ServiceOptions, startService } from './service.js';
