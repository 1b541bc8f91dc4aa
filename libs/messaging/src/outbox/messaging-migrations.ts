import { CreateJobs1763800000002 } from '../jobs/jobs.migration.js';
import { CreateOutbox1763800000001 } from './outbox.migration.js';

/** Tables of outbox, inbox and jobs; they go first in the `migrations` of every service that has a database. */
export const messagingMigrations = [CreateOutbox1763800000001, CreateJobs1763800000002];
