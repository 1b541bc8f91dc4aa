import { renderAlertmanager } from './alertmanager/render-alertmanager.js';
import { boards } from './boards/all-boards.js';
import { renderBoard } from './boards/render-board.js';
import { renderPanels } from './boards/render-panels.js';
import { renderAlertsDocument } from './render-alerts-document.js';
import { ruleFiles } from './render-rules.js';

/** Everything about seeing the product that is generated, by path. */
export const observabilityFiles: Readonly<Record<string, () => string>> = {
  ...ruleFiles,
  ...Object.fromEntries(boards.map((board) => [`infra/grafana/dashboards/${board.uid.replace('voiceassist-', '')}.json`, () => renderBoard(board)])),
  'infra/alertmanager/alertmanager.yml': () => renderAlertmanager(),
  'infra/grafana/panels.json': renderPanels,
  'docs/reference/alerts.md': renderAlertsDocument,
};
