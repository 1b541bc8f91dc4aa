import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Conversation, Message, PageQuery } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { DataSource, In } from 'typeorm';
import { CitationRow } from './citation.entity.js';
import { ConversationRow } from './conversation.entity.js';
import { ConversationTexts } from './conversation-texts.js';
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
  constructor(
    private readonly dataSource: DataSource,
    private readonly texts: ConversationTexts,
  ) {}

  async list(userId: string, query: PageQuery): Promise<Page<Conversation>> {
    const order = { updatedAt: 'DESC', conversationId: 'ASC' } as const;
    const [rows, totalItems] = await this.dataSource.manager.findAndCount(ConversationRow, { where: { userId }, order, ...window(query) });
    const textsOf = await this.texts.toReadAll(rows.map(({ conversationId }) => conversationId));
    return { items: rows.map((row) => toConversation(textsOf(row.conversationId).openConversation(row))), totalItems };
  }

  async create(userId: string, title: string): Promise<Conversation> {
    const now = new Date();
    const row: ConversationRow = { conversationId: randomUUID(), userId, title, createdAt: now, updatedAt: now };
    await this.dataSource.transaction(async (manager) => {
      const texts = await this.texts.toWrite(row.conversationId, manager);
      await manager.insert(ConversationRow, { ...row, title: texts.sealTitle(title) });
    });
    return toConversation(row);
  }

  async find(userId: string, conversationId: string): Promise<Conversation | null> {
    const row = await this.dataSource.manager.findOneBy(ConversationRow, { userId, conversationId });
    return row && toConversation((await this.texts.toRead(conversationId)).openConversation(row));
  }

  /** What it noted of the titles are hashes of their sealed forms: nobody can guess a title by its hash. */
  async rename(conversationId: string, title: string, call: Call): Promise<Conversation | null> {
    const { userId } = call.user;
    await this.dataSource.transaction(async (manager) => {
      const row = await manager.findOneBy(ConversationRow, { userId, conversationId });
      if (!row) return;
      const sealed = (await this.texts.toWrite(conversationId, manager)).sealTitle(title);
      await manager.update(ConversationRow, { userId, conversationId }, { title: sealed, updatedAt: new Date() });
      noteChange(call, { before: { conversationId, title: row.title }, after: { conversationId, title: sealed } });
    });
    return this.find(userId, conversationId);
  }

  /** Destroys the key of the conversation with it, so that what a copy of the rows still holds can be read by nobody. */
  delete(userId: string, conversationId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(ConversationRow, { userId, conversationId });
      if (affected === 1) await this.texts.destroy(conversationId, manager);
      return affected === 1;
    });
  }

  async listMessages(conversationId: string, query: PageQuery): Promise<Page<Message>> {
    const { manager } = this.dataSource;
    const [rows, totalItems] = await manager.findAndCount(MessageRow, { where: { conversationId }, order: { sequence: 'ASC' }, ...window(query) });
    const citations = await manager.findBy(CitationRow, { messageId: In(rows.map(({ messageId }) => messageId)) });
    const texts = await this.texts.toRead(conversationId);
    const opened = citations.map((citation) => texts.openCitation(citation));
    return { items: rows.map((row) => toMessage(texts.openMessage(row), opened)), totalItems };
  }

  async findMessage(userId: string, messageId: string): Promise<Message | null> {
    const { manager } = this.dataSource;
    const row = await manager.findOneBy(MessageRow, { userId, messageId });
    if (!row) return null;
    const texts = await this.texts.toRead(row.conversationId);
    return toMessage(texts.openMessage(row), (await manager.findBy(CitationRow, { messageId })).map((citation) => texts.openCitation(citation)));
  }
}
