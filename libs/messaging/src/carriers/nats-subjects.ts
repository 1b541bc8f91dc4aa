/** The part of a subject that names the service which owns it: `va.v1.kb.rpc…` → `kb`. */
export const segmentOf = (subject: string): string => subject.split('.')[2] ?? 'unknown';

/** Where a service hears answers; no other service may listen beneath it. */
export const inboxOf = (service: string): string => `_INBOX.${service}`;

/**
 * The lane from one service to one caller: everything said during a call but a quick answer comes here. NATS lets only
 * the service of that segment publish into it, so that no third service can put words into a running call.
 */
export const laneOf = (caller: string, segment: string): string => `${inboxOf(caller)}.lane.${segment}`;

/** How long the reply subject of a call is open for its one answer (`allow_responses`); what comes later takes the lane. */
export const replyOpenMs = 30_000;

const replyForm = /^_INBOX\.([A-Za-z0-9-]+)\.((?!lane\.)[A-Za-z0-9.-]+)$/;

/** The lane that belongs to a reply subject; undefined for a subject that is no caller's inbox and must not be written to. */
export function laneOfReply(reply: string, segment: string): string | undefined {
  const [, caller, rest] = replyForm.exec(reply) ?? [];
  return caller === undefined || rest === undefined ? undefined : `${laneOf(caller, segment)}.${rest}`;
}

/** Subjects on which a service's replicas hear of calls under way: all of them, or one replica and one call. */
export const controlSubjects = {
  ofSegment: (segment: string): string => `va.ctl.${segment}`,
  ofSubject: (subject: string): string => `va.ctl.${segmentOf(subject)}`,
  all: (root: string): string => `${root}.all`,
  call: (root: string, replica: string, callId: string): string => `${root}.${replica}.${callId}`,
};

/** What follows the last dot: the call id. */
export const lastToken = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
