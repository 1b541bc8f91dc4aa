export { KbIndexerModule } from './kb-indexer.module.js';
export { Reindexer, type ReindexProgress } from './search/reindexer.js';
