/**
 * The nine ways an operation can fail, each mapped once to an HTTP status.
 * A declared failure names one of them; anything undeclared is a bug and answers `internal`.
 */
export const errorKinds = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  timeout: 504,
} as const;

export type ErrorKind = keyof typeof errorKinds;

/** Failures every operation may answer with, so that no contract has to repeat them. */
export const commonErrors = {
  INVALID_INPUT: 'invalid',
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  PASSWORD_CHANGE_REQUIRED: 'forbidden',
  FACTOR_REQUIRED: 'forbidden',
  STEP_UP_REQUIRED: 'forbidden',
  NOT_FOUND: 'not_found',
  RATE_LIMITED: 'rate_limited',
  INTERNAL: 'internal',
  UNAVAILABLE: 'unavailable',
  TIMEOUT: 'timeout',
  CANCELLED: 'unavailable',
  MESSAGE_TOO_LARGE: 'invalid',
} as const satisfies Record<string, ErrorKind>;

export type CommonErrorCode = keyof typeof commonErrors;

/** Of operations that give access or act upon the account of somebody: the caller does not hold all of that access. */
export const beyondOwnAccess = { BEYOND_OWN_ACCESS: 'forbidden' } as const satisfies Record<string, ErrorKind>;

/** A map from an operation's own failure codes to their kinds. */
export type DeclaredErrors = Readonly<Record<string, ErrorKind>>;
