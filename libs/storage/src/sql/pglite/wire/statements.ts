import { simpleQuery, type } from './messages.js';

// the beginning is enough to recognise a statement, and keeps large inserts from being decoded twice
const inspectedBytes = 8_192;

const changesRole =
  /(?:^|;)\s*(?:reset\s+(?:role|session\s+authorization)|set\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)|discard\s+all)\b|set_config\s*\(\s*'(?:role|session_authorization)'/i;
const listens = /(?:^|;)\s*listen\s+("[^"]+"|[\w$]+)/gi;
const unlistens = /^\s*unlisten\s+(\*|"[^"]+"|[\w$]+)\s*(?:;\s*)?$/i;

const mayConcernUs = /listen|role|authorization|discard/i;
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g; // BullMQ writes some before its LISTEN

const refusal = "DO $$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'a connection keeps the role it signed in with'; END $$";

/** Channel names are folded like any identifier: lower case unless quoted. */
const channelName = (word: string) => (word.startsWith('"') ? word.slice(1, -1) : word.toLowerCase());

/** Where the SQL of a Query or Parse message begins, or -1 for any other message. */
function textStart(frame: Buffer): number {
  if (frame[0] === type.query) return 5;
  if (frame[0] === type.parse) return frame.indexOf(0, 5) + 1; // after the statement's name
  return -1;
}

function withText(frame: Buffer, sql: string): Buffer {
  if (frame[0] === type.query) return simpleQuery(sql);
  const start = textStart(frame);
  const parts = [frame.subarray(0, start), Buffer.from(sql), frame.subarray(frame.indexOf(0, start))];
  const changed = Buffer.concat(parts);
  changed.writeInt32BE(changed.length - 1, 1);
  return changed;
}

/** What a message means beyond its own session, all sessions being one in the engine. */
export interface Inspection {
  /** The message to run, in place of the original where that would disturb other connections. */
  readonly frame: Buffer;
  readonly listen: readonly string[];
  /** A channel, or `*` for all. */
  readonly unlisten?: string;
}

/**
 * Finds statements whose effect belongs to one connection but would hit all: LISTEN is noted, UNLISTEN is answered by us,
 * and a change of role is refused. The last is a guard against mistakes; it does not look into functions.
 */
export function inspect(frame: Buffer): Inspection {
  const start = textStart(frame);
  if (start < 0) return { frame, listen: [] };
  const text = frame.toString('latin1', start, Math.min(frame.indexOf(0, start), start + inspectedBytes));
  if (!mayConcernUs.test(text)) return { frame, listen: [] };
  const sql = text.replace(comments, ' ');
  if (changesRole.test(sql)) return { frame: withText(frame, refusal), listen: [] };
  const unlisten = unlistens.exec(sql)?.[1];
  if (unlisten) return { frame: withText(frame, ''), listen: [], unlisten: channelName(unlisten) };
  return { frame, listen: [...sql.matchAll(listens)].map(([, name]) => channelName(name ?? '')) };
}
