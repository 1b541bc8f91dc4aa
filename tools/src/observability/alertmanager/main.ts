import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { renderAlertmanager } from './render-alertmanager.js';

/**
 * `node tools/dist/observability/alertmanager/main.js --out FILE` writes Alertmanager's configuration with the receivers of
 * an installation, from ALERT_PAGE_WEBHOOK, ALERT_TICKET_WEBHOOK, ALERT_DEAD_MANS_SWITCH_WEBHOOK, ALERT_PLATFORM_EMAIL,
 * ALERT_PRIVACY_EMAIL, ALERT_KNOWLEDGE_EMAIL, ALERT_SMTP_HOST, ALERT_SMTP_FROM, ALERT_SMTP_USER, ALERT_SMTP_PASSWORD_FILE.
 */
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const given = (name: string) => process.env[`ALERT_${name}`] || undefined;

try {
  const text = renderAlertmanager({
    pageWebhook: given('PAGE_WEBHOOK'), ticketWebhook: given('TICKET_WEBHOOK'), deadMansSwitchWebhook: given('DEAD_MANS_SWITCH_WEBHOOK'),
    platformEmail: given('PLATFORM_EMAIL'), privacyEmail: given('PRIVACY_EMAIL'), knowledgeEmail: given('KNOWLEDGE_EMAIL'),
    smtpHost: given('SMTP_HOST'), smtpFrom: given('SMTP_FROM'), smtpUser: given('SMTP_USER'), smtpPasswordFile: given('SMTP_PASSWORD_FILE'),
  });
  // addresses of webhooks often hold a secret
  if (values.out) await writeFile(values.out, text, { mode: 0o640 });
  else process.stdout.write(text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
