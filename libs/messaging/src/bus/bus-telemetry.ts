import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import type { Carrier } from '../carriers/carrier.js';
import type { BusHeaders } from '../carriers/headers.js';
import { callDuration, calls, callsInFlight, type Side } from './bus.metrics.js';
import { messagingAttributes, messagingSystem } from './messaging-attributes.js';

const scope = '@voiceassist/messaging';

/** One call as one side sees it. */
export interface Observation {
  /** Holds the call's span; run the work in it. */
  readonly context: Context;
  /** `ok` or the code of the failure; counts once. */
  end(outcome: string): void;
}

/** A span and the RED figures of every call at both ends. Make it once telemetry has been started. */
export class BusTelemetry {
  private readonly attributes = new Map<string, Attributes>();

  constructor(private readonly carrier: Carrier['name']) {
    callsInFlight.add(0, { side: 'client' });
    callsInFlight.add(0, { side: 'server' });
  }

  /** At the caller; `context` of the result is to be injected into the headers. */
  sending(subject: string, requestId: string): Observation {
    return this.observe({ subject, requestId, side: 'client', parent: context.active() });
  }

  /** At the server, as a child of the caller's span. */
  handling(subject: string, requestId: string, headers: BusHeaders): Observation {
    return this.observe({ subject, requestId, side: 'server', parent: propagation.extract(context.active(), headers) });
  }

  private observe({ subject, requestId, side, parent }: { subject: string; requestId: string; side: Side; parent: Context }): Observation {
    const startedAt = performance.now();
    const kind = side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER;
    const attributes = { ...this.attributesOf(subject, side), 'voiceassist.request_id': requestId };
    const span = trace.getTracer(scope).startSpan(`${side === 'client' ? 'send' : 'process'} ${subject}`, { kind, attributes }, parent);
    let ended = false;
    callsInFlight.add(1, { side });
    return {
      context: trace.setSpan(parent, span),
      end: (outcome) => {
        if (ended) return;
        ended = true;
        callsInFlight.add(-1, { side });
        endSpan(span, outcome);
        calls.add(1, { subject, side, code: outcome });
        callDuration.record((performance.now() - startedAt) / 1000, { subject, side });
      },
    };
  }

  private attributesOf(subject: string, side: Side): Attributes {
    const known = this.attributes.get(`${side} ${subject}`);
    if (known) return known;
    const made = messagingAttributes({ system: messagingSystem(this.carrier), subject, operation: side === 'client' ? 'send' : 'process' });
    this.attributes.set(`${side} ${subject}`, made);
    return made;
  }
}

function endSpan(span: Span, outcome: string): void {
  span.setAttribute('voiceassist.code', outcome);
  if (outcome !== 'ok') {
    span.setAttribute('error.type', outcome);
    span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  }
  span.end();
}

/** Headers with the W3C trace context of an observation added. */
export function withTrace(headers: Record<string, string>, observation: Observation): BusHeaders {
  propagation.inject(observation.context, headers);
  return headers;
}
