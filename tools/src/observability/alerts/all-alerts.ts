import { sloAlerts } from '../slo.js';
import type { Alert, AlertGroup } from './alert.js';
import { answerAlerts } from './answers.alerts.js';
import { deliveryAlerts } from './delivery.alerts.js';
import { edgeAlerts } from './edge.alerts.js';
import { operationsAlerts } from './operations.alerts.js';
import { securityAlerts } from './security.alerts.js';
import { serverAlerts } from './server.alerts.js';
import { serviceAlerts } from './services.alerts.js';
import { storeAlerts } from './stores.alerts.js';

export const alertGroups: readonly AlertGroup[] = [sloAlerts, serviceAlerts, deliveryAlerts, answerAlerts, securityAlerts, storeAlerts, edgeAlerts, serverAlerts, operationsAlerts];
export const allAlerts: readonly Alert[] = alertGroups.flatMap(({ alerts }) => alerts);
