export { Jobs, type Enqueue, type JobPayloadOf, type JobState, type JobStateName } from './jobs.js';
export type { JobWork } from './job-work.js';
export { JobsConfig } from './jobs.config.js';
export { jobsPart } from './jobs.part.js';
