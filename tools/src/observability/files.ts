import { renderAlertsDocument } from './render-alerts-document.js';
import { ruleFiles } from './render-rules.js';

/** Everything about seeing the product that is generated, by path. */
export const observabilityFiles: Readonly<Record<string, () => string>> = {
  ...ruleFiles,
  'docs/reference/alerts.md': renderAlertsDocument,
};
