/**
 * Refuses a message that is not a constant: a variable or an interpolated text does not compile, so that a message can
 * never carry what a person said.
 */
export type Constant<M extends string> = Record<never, never> extends Record<M, unknown> ? never : M;

/** Fields of a log line: numbers, flags, ids and codes; `err` for an error. Texts are written as their length. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The logger that a service's classes inject; the service, request and trace are added by themselves. */
export abstract class ServiceLogger {
  abstract debug<const M extends string>(message: Constant<M>, fields?: LogFields): void;
  abstract info<const M extends string>(message: Constant<M>, fields?: LogFields): void;
  abstract warn<const M extends string>(message: Constant<M>, fields?: LogFields): void;
  abstract error<const M extends string>(message: Constant<M>, fields?: LogFields): void;
}
