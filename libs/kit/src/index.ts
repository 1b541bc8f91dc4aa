export * from './call/call.js';
export * from './config/config.js';
export * from './errors/app-error.js';
export * from './http/http-edge.js';
export * from './platform/platform-part.js';
export * from './platform/service-module.js';
export * from './local-servers/index.js';
