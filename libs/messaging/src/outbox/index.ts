export { Outbox, type PublishedPayloadOf } from './outbox.js';
export type { EventWork } from './event-work.js';
export { messagingMigrations } from './messaging-migrations.js';
export { OutboxConfig } from './outbox.config.js';
export { outboxPart } from './outbox.part.js';
export { replayOutbox } from './outbox-store.js';
export { afterCommit } from './after-commit.js';
