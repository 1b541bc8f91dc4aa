import { type AlertGroup, grew, steady } from './alert.js';

/** Audit, sign-in, emergency access and personal health information. */
export const securityAlerts: AlertGroup = {
  name: 'security',
  alerts: [
    {
      name: 'AuditLedgerNotIntact', expression: 'audit_ledger_intact == 0', severity: 'page', team: 'privacy', runbook: 'audit-ledger-not-intact',
      summary: 'the audit does not verify', description: 'The last verification of the audit found an entry that was changed, is missing, or does not follow the one before it. Treat it as an incident.',
      fires: { at: '5m', series: { 'audit_ledger_intact{service="admin"}': steady(0) }, instances: [{ service: 'admin' }] },
      silent: { at: '5m', series: { 'audit_ledger_intact{service="admin"}': steady(1) } },
    },
    {
      name: 'AuditGap', expression: 'audit_gaps > 0', for: '5m', severity: 'page', team: 'privacy', runbook: 'audit-gap',
      summary: 'audit records are missing', description: 'A service numbered records that never arrived: the ledger is unbroken but not complete.',
      fires: { at: '10m', series: { 'audit_gaps{service="admin"}': steady(1) }, instances: [{ service: 'admin' }] },
      silent: { at: '10m', series: { 'audit_gaps{service="admin"}': steady(0) } },
    },
    {
      name: 'AuditLag', expression: 'audit_lag_seconds > 120', for: '5m', severity: 'page', team: 'privacy', runbook: 'audit-lag',
      summary: 'audit records arrive late', description: 'Records take more than two minutes from the act to the ledger; until they arrive they can be searched and verified nowhere.',
      fires: { at: '10m', series: { 'audit_lag_seconds{service="admin"}': steady(400) }, instances: [{ service: 'admin' }] },
      silent: { at: '10m', series: { 'audit_lag_seconds{service="admin"}': steady(1) } },
    },
    {
      name: 'AuditNotVerified', expression: 'time() - audit_last_verification_timestamp_seconds > 172800', for: '5m', severity: 'ticket', team: 'privacy', runbook: 'audit-not-verified',
      summary: 'the audit was not verified for two days', description: 'The audit verifies itself every AUDIT_VERIFY_HOURS (24 by default); the last time is more than two days ago.',
      fires: { at: '10m', series: { 'audit_last_verification_timestamp_seconds{service="admin"}': steady(-200_000) }, instances: [{ service: 'admin' }] },
      silent: { at: '10m', series: { 'audit_last_verification_timestamp_seconds{service="admin"}': steady(0) } },
    },
    {
      name: 'AuditCheckpointOld', expression: 'time() - audit_last_checkpoint_timestamp_seconds > 7200 and on (service) audit_ledger_entries > 0', for: '5m', severity: 'ticket', team: 'privacy', runbook: 'audit-checkpoint-old',
      summary: 'the audit was not signed for two hours', description: 'Checkpoints are signed every AUDIT_CHECKPOINT_MINUTES (15 by default). Entries younger than the last one could be cut off unseen.',
      fires: { at: '10m', series: { 'audit_last_checkpoint_timestamp_seconds{service="admin"}': steady(-9_000), 'audit_ledger_entries{service="admin"}': steady(10) }, instances: [{ service: 'admin' }] },
      silent: { at: '10m', series: { 'audit_last_checkpoint_timestamp_seconds{service="admin"}': steady(0), 'audit_ledger_entries{service="admin"}': steady(10) } },
    },
    {
      name: 'SignInFailureBurst', expression: 'sum(rate(auth_sign_ins_total{outcome!~"ok|factor-required"}[5m])) * 60 > 30 and sum(rate(auth_sign_ins_total{outcome!~"ok|factor-required"}[5m])) / sum(rate(auth_sign_ins_total[5m])) > 0.5', for: '2m', severity: 'page', team: 'privacy', runbook: 'sign-in-failure-burst',
      summary: 'somebody tries passwords', description: 'More than thirty sign-ins a minute are refused, and they are more than half of all.',
      fires: { at: '15m', series: { 'auth_sign_ins_total{service="auth",method="password",outcome="SIGN_IN_REFUSED"}': '0+60x600', 'auth_sign_ins_total{service="auth",method="password",outcome="ok"}': '0+5x600' }, instances: [{}] },
      silent: { at: '15m', series: { 'auth_sign_ins_total{service="auth",method="password",outcome="SIGN_IN_REFUSED"}': '0+5x600', 'auth_sign_ins_total{service="auth",method="password",outcome="ok"}': '0+60x600' } },
    },
    {
      name: 'FactorFailureBurst', expression: 'sum by (kind) (rate(auth_factor_checks_total{outcome!="ok"}[5m])) * 60 > 10', for: '2m', severity: 'page', team: 'privacy', runbook: 'factor-failure-burst',
      summary: 'second factors are refused ({{ $labels.kind }})', description: 'More than ten second factors a minute are wrong: whoever tries already knows a password, or the clocks are apart.',
      fires: { at: '15m', series: { 'auth_factor_checks_total{service="auth",kind="totp",outcome="refused"}': '0+20x600' }, instances: [{ kind: 'totp' }] },
      silent: { at: '15m', series: { 'auth_factor_checks_total{service="auth",kind="totp",outcome="refused"}': '0+1x600', 'auth_factor_checks_total{service="auth",kind="totp",outcome="ok"}': '0+60x600' } },
    },
    {
      name: 'AccountsLocked', expression: 'auth_locked_accounts > 5', for: '5m', severity: 'ticket', team: 'privacy', runbook: 'accounts-locked',
      summary: 'sign-in to several addresses is slowed down', description: 'For five minutes, sign-in to more than five addresses has been slowed down after wrong passwords; the addresses need not belong to anybody here.',
      fires: { at: '10m', series: { 'auth_locked_accounts{service="auth"}': steady(9) }, instances: [{ service: 'auth' }] },
      silent: { at: '10m', series: { 'auth_locked_accounts{service="auth"}': steady(2) } },
    },
    {
      name: 'EmergencyAccessUsed', expression: grew('emergency_access_opened_total', '15m'), severity: 'ticket', team: 'privacy', runbook: 'emergency-access-used',
      summary: 'somebody opened an emergency access', description: 'A locked collection was opened with a reason. It is allowed, and has to be reviewed by somebody else.',
      fires: { at: '10m', series: { 'emergency_access_opened_total{service="auth"}': '_x20 1x600' }, instances: [{ service: 'auth' }] },
      silent: { at: '60m', series: { 'emergency_access_opened_total{service="auth"}': steady(3) } },
    },
    {
      name: 'EmergencyAccessUnreviewed', expression: 'emergency_access_oldest_unreviewed_age_seconds > 86400', for: '5m', severity: 'ticket', team: 'privacy', runbook: 'emergency-access-unreviewed',
      summary: 'an emergency access waits for its review', description: 'An emergency access was opened more than a day ago and nobody has reviewed it.',
      fires: { at: '10m', series: { 'emergency_access_oldest_unreviewed_age_seconds{service="auth"}': steady(90_000) }, instances: [{ service: 'auth' }] },
      silent: { at: '10m', series: { 'emergency_access_oldest_unreviewed_age_seconds{service="auth"}': steady(3_600) } },
    },
    {
      name: 'PhiBlockedBurst', expression: 'sum by (provider) (increase(phi_gate_decisions_total{outcome="blocked"}[10m])) > 10', severity: 'ticket', team: 'privacy', runbook: 'phi-blocked-burst',
      summary: 'personal health information is stopped again and again ({{ $labels.provider }})', description: 'More than ten requests to a model in ten minutes were stopped because they held personal health information. Nothing left the house; somebody, or some integration, keeps sending it.',
      fires: { at: '15m', series: { 'phi_gate_decisions_total{service="rag-orchestrator",provider="chat",host="model",policy="block",outcome="blocked"}': '0+5x600' }, instances: [{ provider: 'chat' }] },
      silent: { at: '15m', series: { 'phi_gate_decisions_total{service="rag-orchestrator",provider="chat",host="model",policy="block",outcome="blocked"}': steady(8), 'phi_gate_decisions_total{service="rag-orchestrator",provider="chat",host="model",policy="mask",outcome="masked"}': '0+50x600' } },
    },
  ],
};
