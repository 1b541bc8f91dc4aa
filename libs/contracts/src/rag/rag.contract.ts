import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request, stream } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { ConversationId, MessageId } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';
import { AnswerPart, Conversation, Message, Question } from './rag-types.js';

const ofConversation = z.object({ conversationId: ConversationId });
const unknownConversation = { CONVERSATION_NOT_FOUND: 'not_found' } as const;
const answerErrors = { ...unknownConversation, COLLECTION_NOT_FOUND: 'not_found', SEARCH_UNAVAILABLE: 'unavailable', MODEL_UNAVAILABLE: 'unavailable', MODEL_TIMEOUT: 'timeout', PHI_BLOCKED: 'forbidden' } as const;

export const rag = service('rag-orchestrator', {
  /**
   * Answers one question with cited proof. Parts arrive as `message_start → stage* → message_chunk* and citation* → message_complete`.
   * When the reader goes away the model is stopped and what was said so far is stored as `stopped`.
   */
  streamAnswer: stream({
    subject: 'va.v1.rag.rpc.answers.stream', input: Question, item: AnswerPart, errors: answerErrors,
    access: 'answers.ask', audit: 'rag.ask', timeoutMs: 120_000,
    http: { method: 'POST', path: '/api/conversations/ask', limit: 'questions' },
  }),
  listConversations: request({
    subject: 'va.v1.rag.rpc.conversations.list', input: PageQuery, output: pageOf(Conversation), access: 'conversations.read', audit: 'rag.list-conversations',
    http: { method: 'GET', path: '/api/conversations', list: true },
  }),
  createConversation: request({
    subject: 'va.v1.rag.rpc.conversations.create', input: z.object({ title: z.string().trim().max(200).default('') }), output: Conversation,
    access: 'conversations.change', audit: 'rag.create-conversation', http: { method: 'POST', path: '/api/conversations', status: 201 },
  }),
  readConversation: request({
    subject: 'va.v1.rag.rpc.conversations.read', input: ofConversation, output: Conversation, errors: unknownConversation,
    access: 'conversations.read', audit: 'rag.read-conversation', http: { method: 'GET', path: '/api/conversations/:conversationId' },
  }),
  renameConversation: request({
    subject: 'va.v1.rag.rpc.conversations.rename', input: ofConversation.extend({ title: z.string().trim().min(1).max(200) }), output: Conversation,
    errors: unknownConversation, access: 'conversations.change', audit: 'rag.rename-conversation', http: { method: 'PATCH', path: '/api/conversations/:conversationId' },
  }),
  deleteConversation: request({
    subject: 'va.v1.rag.rpc.conversations.delete', input: ofConversation, output: z.object({}), errors: unknownConversation,
    access: 'conversations.delete', audit: 'rag.delete-conversation', http: { method: 'DELETE', path: '/api/conversations/:conversationId' },
  }),
  /** Messages of one conversation, oldest first. */
  listMessages: request({
    subject: 'va.v1.rag.rpc.messages.list', input: PageQuery.extend(ofConversation.shape), output: pageOf(Message), errors: unknownConversation,
    access: 'conversations.read', audit: 'rag.list-messages', http: { method: 'GET', path: '/api/conversations/:conversationId/messages', list: true },
  }),
  /** One stored message, for a reader that lost the stream. */
  readMessage: request({
    subject: 'va.v1.rag.rpc.messages.read', input: z.object({ messageId: MessageId }), output: Message, errors: { MESSAGE_NOT_FOUND: 'not_found' },
    access: 'conversations.read', audit: 'rag.read-message', http: { method: 'GET', path: '/api/messages/:messageId' },
  }),
  /** Which model answers, so that the page can be honest about it. */
  describeModel: request({
    subject: 'va.v1.rag.rpc.models.describe', input: z.object({}),
    output: z.object({ kind: z.enum(['extractive', 'generative']), name: z.string(), notice: z.string() }),
    access: 'model.read', audit: notAudited('tells the name of the model, nothing of anybody'), http: { method: 'GET', path: '/api/model' },
  }),
  countAnswers: request({
    subject: 'va.v1.rag.rpc.statistics.count', input: z.object({}),
    output: z.object({ conversations: z.int(), questions: z.int(), abstained: z.int(), failed: z.int(), medianFirstChunkMs: z.number().nullable() }), access: 'service',
    audit: notAudited('counts only, for the audited summary of the administrator'),
  }),
});
