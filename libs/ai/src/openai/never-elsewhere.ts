/**
 * A redirection is a failure: the gate for personal health information has decided about the host of the settings, and
 * a `307` would take the same text to another one.
 */
export const neverElsewhere = { redirect: 'error' } as const;
