import { Controller } from '@nestjs/common';
import { paginationOf, rag, type AnswerOf, type ParsedInputOf } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { withoutUnstorable } from '../answers/storable-text.js';
import { ConversationsRepository } from './conversations.repository.js';

type Input<K extends 'listConversations' | 'createConversation' | 'readConversation' | 'renameConversation' | 'deleteConversation' | 'listMessages' | 'readMessage'> = ParsedInputOf<(typeof rag)[K]>;

const unknown = () => failure(rag.readConversation, 'CONVERSATION_NOT_FOUND', 'There is no such conversation.');

@Controller()
export class ConversationsHandlers {
  constructor(private readonly conversations: ConversationsRepository) {}

  @Handles(rag.listConversations)
  async listConversations(input: Input<'listConversations'>, call: Call): Promise<AnswerOf<typeof rag.listConversations>> {
    const { items, totalItems } = await this.conversations.list(call.user.userId, input);
    return { items, pagination: paginationOf(input, totalItems) };
  }

  @Handles(rag.createConversation)
  createConversation({ title }: Input<'createConversation'>, call: Call): Promise<AnswerOf<typeof rag.createConversation>> {
    return this.conversations.create(call.user.userId, withoutUnstorable(title));
  }

  @Handles(rag.readConversation)
  async readConversation({ conversationId }: Input<'readConversation'>, call: Call): Promise<AnswerOf<typeof rag.readConversation>> {
    const found = await this.conversations.find(call.user.userId, conversationId);
    if (!found) throw unknown();
    return found;
  }

  @Handles(rag.renameConversation)
  async renameConversation({ conversationId, title }: Input<'renameConversation'>, call: Call): Promise<AnswerOf<typeof rag.renameConversation>> {
    const renamed = await this.conversations.rename(conversationId, withoutUnstorable(title), call);
    if (!renamed) throw unknown();
    return renamed;
  }

  @Handles(rag.deleteConversation)
  async deleteConversation({ conversationId }: Input<'deleteConversation'>, call: Call): Promise<AnswerOf<typeof rag.deleteConversation>> {
    if (!(await this.conversations.delete(call.user.userId, conversationId))) throw unknown();
    return {};
  }

  @Handles(rag.listMessages)
  async listMessages({ conversationId, ...query }: Input<'listMessages'>, call: Call): Promise<AnswerOf<typeof rag.listMessages>> {
    if (!(await this.conversations.find(call.user.userId, conversationId))) throw unknown();
    const { items, totalItems } = await this.conversations.listMessages(conversationId, query);
    return { items, pagination: paginationOf(query, totalItems) };
  }

  @Handles(rag.readMessage)
  async readMessage({ messageId }: Input<'readMessage'>, call: Call): Promise<AnswerOf<typeof rag.readMessage>> {
    const found = await this.conversations.findMessage(call.user.userId, messageId);
    if (!found) throw failure(rag.readMessage, 'MESSAGE_NOT_FOUND', 'There is no such message.');
    return found;
  }
}
