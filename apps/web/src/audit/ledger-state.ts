export const ledgerStateKey = ['audit-state'] as const;
