export { GatewayConfig } from './gateway.config.js';
export { GatewayModule } from './gateway.module.js';
export { openApiDocument } from './openapi/open-api-document.js';
export { routesOf, type Route } from './routes/routes-of.js';
