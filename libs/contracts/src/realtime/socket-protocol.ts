import { z } from 'zod';
import { ConversationId, CollectionId, MessageId } from '../kernel/ids.js';
import { AnswerPart } from '../rag/rag-types.js';

export const socketPath = '/api/realtime/ws';
export const socketProtocolVersion = 1;
/** Subprotocol the page offers; the ticket travels as a second one, `ticket.<value>`, so that it never stands in a URL. */
export const socketSubprotocol = 'voiceassist.v1';
/** Largest text frame a client may send, in bytes. */
export const maxClientFrameBytes = 64 * 1024;

export const ClientFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'), clientMessageId: z.string().min(1).max(100), conversationId: ConversationId.optional(),
    content: z.string().trim().min(1).max(8000), collectionIds: z.array(CollectionId).max(100).optional(), mode: z.enum(['quick', 'deep']).default('quick'),
  }),
  z.object({ type: z.literal('stop'), messageId: MessageId }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('pong') }),
]);
export type ClientFrame = z.input<typeof ClientFrame>;

export const ServerFrame = z.union([
  AnswerPart,
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('connected'), clientId: z.uuid(), protocolVersion: z.int(), capabilities: z.array(z.string()) }),
    z.object({ type: z.literal('error'), code: z.string(), message: z.string(), messageId: MessageId.optional(), clientMessageId: z.string().optional(), fatal: z.boolean() }),
    z.object({ type: z.literal('ping') }),
    z.object({ type: z.literal('pong') }),
  ]),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

/**
 * `tryAgain`: whether the session lives cannot be told at the moment. `expired`: the token or key that the socket was
 * opened with has ended, or it is as old as an access token may become; a new ticket opens the next one.
 */
export const closeCodes = {
  normal: 1000, goingAway: 1001, policy: 1008, frameTooBig: 1009, restarting: 1012, tryAgain: 1013,
  notAuthenticated: 4401, forbidden: 4403, idle: 4408, expired: 4410, tooMany: 4429,
} as const;
