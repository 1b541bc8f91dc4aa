import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Conversation, Message, PageQuery } from '@voiceassist/contracts';
import { DataSource, In } from 'typeorm';
import { CitationRow } from './citation.entity.js';
import { ConversationRow } from './conversation.entity.js';
import { MessageRow } from './message.entity.js';
import { toConversation, toMessage } from './to-contract.js';

interface Page<T> {
  readonly items: T[];
  readonly totalItems: number;
}

const window = ({ page, pageSize }: PageQuery) => ({ skip: (page - 1) * pageSize, take: pageSize });

/** Conversations and messages of one person; what belongs to somebody else is as good as not there. */
@Injectable()
export class ConversationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(userId: string, query: PageQuery): Promise<Page<Conversation>> {
    const order = { updatedAt: 'DESC', conversationId: 'ASC' } as const;
    const [rows, totalItems] = await this.dataSource.manager.findAndCount(ConversationRow, { where: { userId }, order, ...window(query) });
    return { items: rows.map(toConversation), totalItems };
  }

  async create(userId: string, title: string): Promise<Conversation> {
    const now = new Date();
    const row: ConversationRow = { conversationId: randomUUID(), userId, title, createdAt: now, updatedAt: now };
    await this.dataSource.manager.insert(ConversationRow, row);
    return toConversation(row);
  }

  async find(userId: string, conversationId: string): Promise<Conversation | null> {
    const row = await this.dataSource.manager.findOneBy(ConversationRow, { userId, conversationId });
    return row && toConversation(row);
  }

  async rename(userId: string, conversationId: string, title: string): Promise<Conversation | null> {
    await this.dataSource.manager.update(ConversationRow, { userId, conversationId }, { title, updatedAt: new Date() });
    return this.find(userId, conversationId);
  }

  async delete(userId: string, conversationId: string): Promise<boolean> {
    const { affected } = await this.dataSource.manager.delete(ConversationRow, { userId, conversationId });
    return affected === 1;
  }

  async listMessages(conversationId: string, query: PageQuery): Promise<Page<Message>> {
    const { manager } = this.dataSource;
    const [rows, totalItems] = await manager.findAndCount(MessageRow, { where: { conversationId }, order: { sequence: 'ASC' }, ...window(query) });
    const citations = await manager.findBy(CitationRow, { messageId: In(rows.map(({ messageId }) => messageId)) });
    return { items: rows.map((row) => toMessage(row, citations)), totalItems };
  }

  async findMessage(userId: string, messageId: string): Promise<Message | null> {
    const { manager } = this.dataSource;
    const row = await manager.findOneBy(MessageRow, { userId, messageId });
    return row && toMessage(row, await manager.findBy(CitationRow, { messageId }));
  }
}
