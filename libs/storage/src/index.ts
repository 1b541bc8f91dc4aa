export * from './sql/index.js';
export { vectorIndexMigrations } from './vector-index/postgres/migrations.js';
export * from './vector-index/open-vector-index.js';
export * from './vector-index/vector-index.js';
export * from './vector-index/vector-index-part.js';
export * from './key-value/index.js';
export * from './rate-limits/index.js';
export * from './blobs/index.js';
export * from './encryption/index.js';
