import { type Board, chosen, rate, show, window } from './panel.js';

export const deliveryBoard: Board = {
  uid: 'voiceassist-delivery', title: 'Events and jobs', description: 'Does everything that was recorded arrive, and does background work keep up?',
  rows: {
    Events: [
      { title: 'Outbox', description: 'Events recorded and not yet told.', unit: 'short', queries: [show(`sum by (service) (outbox_backlog{${chosen}})`, '{{service}}')] },
      { title: 'Oldest event', description: 'Age of the oldest event not yet told.', unit: 's', queries: [show(`max by (service) (outbox_oldest_age_seconds{${chosen}})`, '{{service}}')] },
      { title: 'Deliveries', description: 'Events handled, by outcome.', unit: 'ops', queries: [rate(`event_deliveries_total{${chosen}}`, 'service', 'outcome')] },
      { title: 'Events laid aside', description: 'Dead letters that wait for a person.', unit: 'short', queries: [show(`sum by (service) (event_dead_letters{${chosen}})`, '{{service}}')] },
    ],
    Jobs: [
      { title: 'Jobs by state', description: 'Jobs kept by each service.', unit: 'short', queries: [show(`sum by (service, state) (jobs{${chosen}})`, '{{service}} {{state}}')] },
      { title: 'Attempts', description: 'Attempts that ended, by job and outcome.', unit: 'ops', queries: [rate(`job_attempts_total{${chosen}}`, 'job', 'outcome')] },
      { title: 'Duration of jobs', description: 'Nineteen in twenty stay below this.', unit: 's', queries: [show(`histogram_quantile(0.95, sum by (le, job) (rate(job_duration_seconds_bucket{${chosen}}[${window}])))`, '{{job}}')] },
      { title: 'Workers in use', description: 'Share of the places for jobs that are taken.', unit: 'percentunit', queries: [show(`sum by (service) (jobs_running{${chosen}}) / sum by (service) (jobs_concurrency_limit{${chosen}})`, '{{service}}')] },
      { title: 'Oldest job that is due', description: 'How long the oldest job has waited though it may run.', unit: 's', queries: [show(`max by (service) (job_oldest_due_age_seconds{${chosen}})`, '{{service}}')] },
      { title: 'Jobs that gave up', description: 'Jobs whose attempts are used up.', unit: 'short', queries: [show(`sum by (service) (job_dead_letters{${chosen}})`, '{{service}}')] },
    ],
  },
};
