import { headers as natsHeaders, type MsgHdrs } from 'nats';
import { decodeHeaderValue, encodeHeaderValue, type BusHeaders } from './headers.js';

/** Header that names the call, unique over all callers; control messages refer to it. */
export const callIdHeader = 'x-call-id';

/** How long a call may be silent before its server says that it still works on it. */
export const aliveEveryMs = 1_000;

/** How long a server may be silent before its caller takes it for dead. */
export const silenceMs = 8_000;

/** What a caller tells the server of a call that is under way. */
export type Control = { readonly grant: number } | { readonly cancel: string };

export const textOfControl = (control: Control): string => JSON.stringify(control);

export function controlOf(text: string): Control | undefined {
  try {
    return JSON.parse(text) as Control; // sent by our own callers only
  } catch {
    return undefined;
  }
}

export function toNats(values: BusHeaders): MsgHdrs {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(values)) headers.set(name, encodeHeaderValue(value));
  return headers;
}

export function fromNats(headers: MsgHdrs | undefined): BusHeaders {
  const values: Record<string, string> = {};
  for (const name of headers?.keys() ?? []) values[name.toLowerCase()] = decodeHeaderValue(headers?.get(name) ?? '');
  return values;
}
