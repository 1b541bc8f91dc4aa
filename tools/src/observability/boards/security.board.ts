import { type Board, quantiles, rate, show, window } from './panel.js';

export const securityBoard: Board = {
  uid: 'voiceassist-security', title: 'Security and audit', description: 'Who comes in and who is refused, is the audit whole, was emergency access used, does personal health information stay?',
  rows: {
    'Sign-in': [
      { title: 'Sign-ins', description: 'By method and outcome.', unit: 'ops', queries: [rate('auth_sign_ins_total', 'method', 'outcome')] },
      { title: 'Refused sign-ins', description: 'Share of sign-ins that are refused.', unit: 'percentunit', queries: [show(`(sum(rate(auth_sign_ins_total{outcome!~"ok|factor-required"}[${window}])) or vector(0)) / sum(rate(auth_sign_ins_total[${window}]))`, 'share')] },
      { title: 'Second factors', description: 'Checks by kind and outcome.', unit: 'ops', queries: [rate('auth_factor_checks_total', 'kind', 'outcome')] },
      { title: 'Renewed sessions', description: 'Refresh tokens traded, by outcome.', unit: 'ops', queries: [rate('auth_refreshes_total', 'outcome')] },
      { title: 'Live sessions', description: 'Sessions that have not ended.', unit: 'short', queries: [show('sum(auth_sessions_active)', 'sessions')] },
      { title: 'Locked accounts', description: 'Accounts locked for wrong passwords.', unit: 'short', queries: [show('sum(auth_locked_accounts)', 'accounts')] },
      { title: 'Password hashing', description: 'Time of one hash; slow on purpose.', unit: 's', queries: quantiles('auth_password_hash_duration_seconds') },
      { title: 'Age of the revocation feed', description: 'How old each edge\'s news of ended sessions is.', unit: 's', queries: [show('max by (service) (auth_revocation_feed_age_seconds)', '{{service}}')] },
    ],
    Audit: [
      { title: 'Ledger intact', description: '1 when the last verification found nothing.', unit: 'bool_yes_no', shape: 'stat', queries: [show('min(audit_ledger_intact)', 'intact')] },
      { title: 'Gaps', description: 'Records that were numbered and never arrived.', unit: 'short', shape: 'stat', queries: [show('max(audit_gaps)', 'gaps')] },
      { title: 'Entries', description: 'In the ledger.', unit: 'short', shape: 'stat', queries: [show('max(audit_ledger_entries)', 'entries')] },
      { title: 'Lag', description: 'From the act to its entry in the ledger.', unit: 's', queries: [show('max(audit_lag_seconds)', 'lag')] },
      { title: 'Records', description: 'Written by each service.', unit: 'ops', queries: [rate('audit_records_total', 'service')] },
      { title: 'Since the last verification', description: 'The audit verifies itself once a day.', unit: 's', queries: [show('time() - max(audit_last_verification_timestamp_seconds)', 'age')] },
      { title: 'Since the last checkpoint', description: 'Younger entries are not signed yet.', unit: 's', queries: [show('time() - max(audit_last_checkpoint_timestamp_seconds)', 'age')] },
    ],
    'Emergency access and health information': [
      { title: 'Emergency accesses opened', description: 'Each has to be reviewed.', unit: 'ops', queries: [rate('emergency_access_opened_total')] },
      { title: 'Emergency accesses without review', description: 'Waiting for a privacy officer.', unit: 'short', queries: [show('max(emergency_access_unreviewed)', 'waiting')] },
      { title: 'Oldest without review', description: 'Age of the oldest emergency access that nobody has reviewed; 0 when there is none.', unit: 's', queries: [show('max(emergency_access_oldest_unreviewed_age_seconds)', 'age')] },
      { title: 'Decisions about health information', description: 'What happened to requests for models.', unit: 'ops', queries: [rate('phi_gate_decisions_total', 'provider', 'policy', 'outcome')] },
      { title: 'Findings of health information', description: 'By kind of identifier; never the identifier.', unit: 'ops', queries: [rate('phi_gate_findings_total', 'provider', 'kind')] },
    ],
  },
};
