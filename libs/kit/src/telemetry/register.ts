/**
 * Spans for outgoing HTTP, PostgreSQL and Redis: `node --import @voiceassist/kit/register dist/main.js`, before anything
 * else is loaded. Only calls that belong to a request are recorded.
 */
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
registerInstrumentations({
  instrumentations: [
    new UndiciInstrumentation({ requireParentforSpans: true }),
    new PgInstrumentation({ requireParentSpan: true }),
    // keys of the key-value store hold identifiers of people: the command alone is enough
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
  ],
});
