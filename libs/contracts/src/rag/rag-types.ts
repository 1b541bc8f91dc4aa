import { z } from 'zod';
import { CollectionId, ConversationId, DocumentId, Instant, MessageId, PassageId } from '../kernel/ids.js';
import { CharacterRange } from '../kb/kb-types.js';

/** A passage used in an answer. Numbers count from 1 in order of first use and are assigned by the server. */
export const Citation = z.object({
  number: z.int().min(1),
  passageId: PassageId,
  documentId: DocumentId,
  collectionId: CollectionId,
  documentTitle: z.string(),
  documentVersion: z.int(),
  page: z.int().min(1),
  heading: z.string().nullable(),
  quote: z.string(),
  range: CharacterRange,
  score: z.number(),
  /** Path in the page that opens the document at the passage. */
  url: z.string(),
});
export type Citation = z.infer<typeof Citation>;

export const Verdict = z.enum(['supported', 'partly', 'abstained']);
export type Verdict = z.infer<typeof Verdict>;

export const AnswerStage = z.enum(['screening', 'retrieving', 'reading', 'answering', 'verifying']);
export type AnswerStage = z.infer<typeof AnswerStage>;

/** Milliseconds from the arrival of the question. */
export const Timings = z.object({ retrievedMs: z.number(), firstChunkMs: z.number().nullable(), totalMs: z.number() });
export const Usage = z.object({ model: z.string(), promptTokens: z.int().nullable(), completionTokens: z.int().nullable() });

export const MessageState = z.enum(['answering', 'complete', 'stopped', 'failed']);

export const Message = z.object({
  messageId: MessageId,
  conversationId: ConversationId,
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  state: MessageState,
  citations: z.array(Citation),
  verdict: Verdict.nullable(),
  usage: Usage.nullable(),
  timings: Timings.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: Instant,
});
export type Message = z.infer<typeof Message>;

export const Conversation = z.object({ conversationId: ConversationId, title: z.string(), createdAt: Instant, updatedAt: Instant });
export type Conversation = z.infer<typeof Conversation>;

export const Question = z.object({
  /** The client's own id of this question; asking again with it continues or repeats the same answer. */
  clientMessageId: z.string().min(1).max(100),
  conversationId: ConversationId.optional(),
  content: z.string().trim().min(1).max(8000),
  collectionIds: z.array(CollectionId).max(100).optional(),
  mode: z.enum(['quick', 'deep']).default('quick'),
});

/** One part of a streamed answer, in the order a reader needs them; also the frames of the socket protocol. */
export const AnswerPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), messageId: MessageId, conversationId: ConversationId }),
  z.object({ type: z.literal('stage'), messageId: MessageId, stage: AnswerStage, detail: z.string().optional() }),
  z.object({ type: z.literal('message_chunk'), messageId: MessageId, index: z.int().min(0), content: z.string() }),
  z.object({ type: z.literal('citation'), messageId: MessageId, citation: Citation }),
  z.object({
    type: z.literal('message_complete'), messageId: MessageId, content: z.string(), citations: z.array(Citation),
    verdict: Verdict, usage: Usage, timings: Timings, stopped: z.boolean().default(false),
  }),
]);
export type AnswerPart = z.infer<typeof AnswerPart>;
