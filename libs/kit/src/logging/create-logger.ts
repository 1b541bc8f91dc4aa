import { isSpanContextValid, trace } from '@opentelemetry/api';
import pino, { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, type LogFn } from 'pino';
import { activeRequestId } from '../telemetry/request-context.js';
import type { LogConfig } from './log.config.js';
import { sanitizeFields, sanitizeValue } from './sanitize.js';
import { sanitizeMessage } from './sanitize-message.js';
import { textLines } from './text-lines.js';

/** Request and trace in which a line is written, so that all lines of one question can be found. */
function whereWeAre(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const requestId = activeRequestId();
  return {
    ...(requestId && { requestId }),
    ...(span && isSpanContextValid(span) && { traceId: span.traceId, spanId: span.spanId }),
  };
}

/** Every call of the logger comes through here: fields by allow-list, the message without quoted values. */
function safeArguments(given: readonly unknown[]): [object, string, ...unknown[]] {
  const [first, ...rest] = given;
  const [fields, message, values] = typeof first === 'object' && first !== null ? [first, rest[0], rest.slice(1)] : [{}, first, rest];
  const text = typeof message === 'string' ? sanitizeMessage(message) : '';
  return [sanitizeFields(fields), text, ...values.map((value) => sanitizeValue(value, ''))];
}

/** Bindings of child loggers bypass pino's hooks and formatters, so that they are made safe where they are given. */
function guardChildren(logger: Logger): Logger {
  type Bind = (this: Logger, bindings: Bindings, options?: ChildLoggerOptions) => unknown;
  const inherited: { child: Bind; setBindings: Bind } = { child: Reflect.get(logger, 'child'), setBindings: Reflect.get(logger, 'setBindings') };
  const child: Bind = function (bindings, options) {
    return inherited.child.call(this, sanitizeFields(bindings), options && { level: options.level });
  };
  const setBindings: Bind = function (bindings) {
    return inherited.setBindings.call(this, sanitizeFields(bindings));
  };
  Object.assign(logger, { child, setBindings });
  return logger;
}

/**
 * The logger of a process. It cannot print secrets or what people said: fields pass an allow-list, errors lose their
 * message, texts become their length. Messages must be constants of the code.
 */
export function createLogger(processName: string, config: LogConfig, destination?: DestinationStream): Logger {
  const target = destination ?? pino.destination({ dest: 1, sync: true });
  const logger = pino(
    {
      level: config.LOG_LEVEL,
      base: { process: processName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: whereWeAre,
      hooks: {
        logMethod(given: unknown[], method: LogFn) {
          method.apply(this, safeArguments(given) as Parameters<LogFn>);
        },
      },
    },
    config.LOG_FORMAT === 'text' ? textLines(target) : target,
  );
  return guardChildren(logger);
}
