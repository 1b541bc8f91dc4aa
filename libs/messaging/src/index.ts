export * from './bus/bus.js';
export * from './bus/bus-config.js';
export * from './bus/bus-part.js';
export * from './handlers/handler-registry.js';
export * from './handlers/handles.js';
export type { WorkOf } from './handlers/work.js';
export * from './audit/audit-trail.js';
