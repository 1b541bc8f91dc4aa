import { parentPort, workerData } from 'node:worker_threads';
import { hostEngine, type HostedEngineOptions } from './hosted-engine.js';

// The engine blocks its thread while it works; here that is nobody else's event loop.
const options = workerData as HostedEngineOptions; // given by open-pglite.ts in the same release
const hosted = await hostEngine(options);
parentPort?.once('message', () => {
  void hosted.close().finally(() => parentPort?.close());
});
parentPort?.postMessage({ port: hosted.port });
