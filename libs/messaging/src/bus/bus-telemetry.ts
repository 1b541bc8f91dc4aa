import { context, metrics, propagation, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { BusHeaders } from '../carriers/headers.js';

const scope = '@voiceassist/messaging';
const durationBoundsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** One call as one side sees it. */
export interface Observation {
  /** Holds the call's span; run the work in it. */
  readonly context: Context;
  /** `ok` or the code of the failure; counts once. */
  end(outcome: string): void;
}

/** A span and the RED figures of every call at both ends. Make it once telemetry has been started. */
export class BusTelemetry {
  private readonly meter = metrics.getMeter(scope);
  private readonly calls = this.meter.createCounter('voiceassist.bus.calls', { description: 'Calls over the bus by subject, side and outcome.' });
  private readonly duration = this.meter.createHistogram('voiceassist.bus.duration', {
    description: 'How long calls over the bus took, streams until their end.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBoundsSeconds },
  });

  /** At the caller; `context` of the result is to be injected into the headers. */
  sending(subject: string, requestId: string): Observation {
    return this.observe({ subject, requestId, side: 'client', kind: SpanKind.CLIENT, parent: context.active() });
  }

  /** At the server, as a child of the caller's span. */
  handling(subject: string, requestId: string, headers: BusHeaders): Observation {
    const parent = propagation.extract(context.active(), headers);
    return this.observe({ subject, requestId, side: 'server', kind: SpanKind.SERVER, parent });
  }

  private observe({ subject, requestId, side, kind, parent }: { subject: string; requestId: string; side: string; kind: SpanKind; parent: Context }): Observation {
    const startedAt = performance.now();
    const span = trace.getTracer(scope).startSpan(subject, { kind, attributes: { 'voiceassist.request_id': requestId } }, parent);
    let ended = false;
    return {
      context: trace.setSpan(parent, span),
      end: (outcome) => {
        if (ended) return;
        ended = true;
        endSpan(span, outcome);
        const labels = { subject, side, code: outcome };
        this.calls.add(1, labels);
        this.duration.record((performance.now() - startedAt) / 1000, { subject, side });
      },
    };
  }
}

function endSpan(span: Span, outcome: string): void {
  span.setAttribute('voiceassist.code', outcome);
  if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  span.end();
}

/** Headers with the W3C trace context of an observation added. */
export function withTrace(headers: Record<string, string>, observation: Observation): BusHeaders {
  propagation.inject(observation.context, headers);
  return headers;
}
