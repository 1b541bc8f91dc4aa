import { expect, it } from '@jest/globals';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { SafeSpanExporter } from './safe-spans.js';
import { SpanRecorder } from './span-recorder.js';
import { installTracing } from './tracing.js';

it('lets known attributes leave, and neither texts nor values nor what an error said', () => {
  installTracing('test');
  const recorder = new SpanRecorder();
  const span = trace.getTracer('test').startSpan('pg.query:SELECT voiceassist', {
    attributes: {
      'db.query.text': `SELECT * FROM person WHERE name = 'Jane O''Canary' AND born = 19700131 AND id = $1 AND note = $x$Canary$x$`,
      'db.system.name': 'postgresql', 'http.route': '/api/things/:thingId', 'url.full': 'http://host/Canary?q=Canary', 'gen_ai.request.model': 'Jane Canary wrote this',
      'gen_ai.response.finish_reasons': ['complete'], 'gen_ai.input.messages': 'Canary', 'server.port': 5432,
    },
  });
  span.addEvent('exception', { 'exception.message': 'Key (name)=(Canary) already exists' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'Key (name)=(Canary) already exists' });
  span.end();
  recorder.close();

  const kept = new InMemorySpanExporter();
  new SafeSpanExporter(kept).export([...recorder.spans], () => undefined);
  const [safe] = kept.getFinishedSpans();
  expect(safe?.spanContext()).toEqual(span.spanContext());
  expect(safe?.attributes).toEqual({
    'db.query.text': 'SELECT * FROM person WHERE name = ? AND born = ? AND id = $1 AND note = ?',
    'db.system.name': 'postgresql', 'http.route': '/api/things/:thingId', 'gen_ai.response.finish_reasons': ['complete'], 'server.port': 5432,
  });
  expect(safe?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(safe?.events).toEqual([]);
});
