import { describeOutbox } from './outbox.conformance.js';
import { openMemoryWorld } from './fixtures/memory-world.js';

describeOutbox('in-process on PGlite', () => openMemoryWorld('pglite:memory'));
