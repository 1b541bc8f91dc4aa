import { chartFacts } from '../../../generate/charts/service-facts.js';

const names = new Set(chartFacts().flatMap(({ secretSettings }) => secretSettings));

/** Whether a setting is secret, after the settings classes of all services. */
export const isSecret = (name: string): boolean => names.has(name);
