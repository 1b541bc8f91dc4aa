import { metricsOf } from '@voiceassist/kit';

export const auditRecords = metricsOf('messaging').counter({ name: 'audit_records_total', labels: { service: 'service that was asked' }, description: 'Acts recorded for the audit where they happened.' });
