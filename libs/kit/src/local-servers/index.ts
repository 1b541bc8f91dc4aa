export type { LocalServer, LocalServerOptions } from './local-server.js';
export type { ServerKind } from './server-binaries.js';
export { freePort } from './free-port.js';
export { startNats, type NatsServerOptions } from './nats.local-server.js';
export { startRedis } from './redis.local-server.js';
export { startPostgres } from './postgres.local-server.js';
export { whenServer } from './when-server.js';
