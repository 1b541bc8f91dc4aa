import { closeCodes } from '@voiceassist/contracts';
import { metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('realtime');
const outcome = ['opened', 'forbidden-origin', 'not-authenticated', 'forbidden', 'too-many', 'rate-limited', 'unavailable', 'restarting'] as const;
const closeCode = 'close code of the protocol';

export const socketsOpen = metrics.level({ name: 'realtime_sockets', description: 'Sockets that are open now.' });
export const streamsOpen = metrics.level({ name: 'realtime_streams', description: 'Answers that are being streamed to sockets now.' });
export const socketsOpened = metrics.counter({ name: 'realtime_sockets_opened_total', labels: { outcome }, description: 'Attempts to open a socket, by what came of them.' });
export const messages = metrics.counter({ name: 'realtime_messages_total', labels: { direction: ['in', 'out'], type: 'type of the frame, or `malformed`' }, description: 'Frames of open sockets.' });
const socketsClosed = metrics.counter({ name: 'realtime_sockets_closed_total', labels: { code: closeCode }, description: 'Sockets that were open and are not any more.' });

/** Ours, and those that the protocol itself uses. */
const knownCodes = new Set<number>([...Object.values(closeCodes), 1002, 1003, 1005, 1006, 1007, 1010, 1011]);

/** A client may send codes of its own; those are not told apart. */
export function countClosed(code: number): void {
  socketsClosed.add(1, { code: knownCodes.has(code) ? String(code) : 'other' });
}
