import { createRequire } from 'node:module';
import { createNoopMeter } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

const clients = ['pg', 'ioredis'];
let installed = false;

/** The instrumentations wrap a client when it is asked for; ours have been loaded before, and are wrapped where they are. */
function wrapLoaded(name: string): void {
  try {
    createRequire(import.meta.url)(name);
  } catch {
    // this process has no such client
  }
}

/** Spans for outgoing HTTP, PostgreSQL and Redis, of calls that belong to a trace. Numbers about them are our own. */
export function installInstrumentations(): void {
  if (installed) return;
  installed = true;
  registerInstrumentations({
    meterProvider: { getMeter: () => createNoopMeter() },
    instrumentations: [
      new UndiciInstrumentation({ requireParentforSpans: true }),
      new PgInstrumentation({ requireParentSpan: true }),
      // keys of the key-value store hold identifiers of people: the command alone is enough
      new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
    ],
  });
  clients.forEach(wrapLoaded);
}
