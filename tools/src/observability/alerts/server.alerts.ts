import { type AlertGroup, days, steady } from './alert.js';

/** Backups and drills, which `tools/deploy` makes and reports on a server. Elsewhere nobody reports them. */
export const serverAlerts: AlertGroup = {
  name: 'server',
  alerts: [
    {
      name: 'BackupOld', expression: 'time() - voiceassist_backup_last_success_timestamp_seconds > 93600', for: '5m', severity: 'page', team: 'platform', runbook: 'backup-old',
      summary: 'there is no backup of the last day', description: 'The last backup that succeeded is more than 26 hours old.',
      fires: { at: '10m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': steady(-100_000) }, instances: [{ instance: 'host' }] },
      silent: { at: '10m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': steady(-50_000) } },
    },
    {
      name: 'BackupUnknown', expression: 'absent(voiceassist_backup_last_success_timestamp_seconds)', for: '1d', severity: 'ticket', team: 'platform', runbook: 'backup-old',
      summary: 'nobody reports backups', description: 'For a day there has been no number about backups: none was ever made, or its report does not reach the node exporter.',
      fires: { at: '25h', sample: '1m', series: { 'up{job="voiceassist",service="auth"}': '1+0x1600' }, instances: [{}] },
      silent: { at: '25h', sample: '1m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': '1+0x1600' } },
    },
    {
      name: 'BackupShrank', expression: 'voiceassist_backup_size_bytes < 0.5 * max_over_time(voiceassist_backup_size_bytes[7d])', for: '5m', severity: 'ticket', team: 'platform', runbook: 'backup-shrank',
      summary: 'the backup is half as big as it was', description: 'The last backup has less than half the size of the biggest of the week: something may be missing from it.',
      fires: { at: '30m', series: { 'voiceassist_backup_size_bytes{instance="host"}': '1000x20 100x600' }, instances: [{ instance: 'host' }] },
      silent: { at: '30m', series: { 'voiceassist_backup_size_bytes{instance="host"}': '1000x20 900x600' } },
    },
    {
      name: 'RestoreDrillOld', expression: `time() - voiceassist_restore_drill_last_success_timestamp_seconds > ${days(35)}`, for: '5m', severity: 'ticket', team: 'platform', runbook: 'restore-drill-old',
      summary: 'no backup was restored on trial for five weeks', description: 'A backup that was never restored is a hope. The last drill that succeeded is more than 35 days ago.',
      fires: { at: '10m', series: { 'voiceassist_restore_drill_last_success_timestamp_seconds{instance="host"}': steady(-days(36)) }, instances: [{ instance: 'host' }] },
      silent: { at: '10m', series: { 'voiceassist_restore_drill_last_success_timestamp_seconds{instance="host"}': steady(-days(20)) } },
    },
  ],
};
