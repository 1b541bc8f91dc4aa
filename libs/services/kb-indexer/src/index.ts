export { KbIndexerModule } from './kb-indexer.module.js';
export { reindexKnowledge, type ReindexControl } from './search/reindex-knowledge.js';
export type { ReindexProgress } from './search/reindexer.js';
