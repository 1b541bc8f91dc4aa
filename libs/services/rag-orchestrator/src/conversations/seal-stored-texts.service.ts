import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource, In, type EntityManager } from 'typeorm';
import { CitationRow } from './citation.entity.js';
import { ConversationRow } from './conversation.entity.js';
import { ConversationTexts, isPlain } from './conversation-texts.js';
import { MessageRow } from './message.entity.js';

const batch = 50;

/** Seals, once and in the background, what was stored before conversations were encrypted. */
@Injectable()
export class SealStoredTexts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly texts: ConversationTexts,
    private readonly logger: ServiceLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.sealAll().catch((error: unknown) => this.logger.error('conversations stored before encryption could not be sealed', { err: error }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Answers how many conversations it sealed. */
  async sealAll(): Promise<number> {
    for (let sealed = 0; ; ) {
      const found = await this.plainConversations();
      for (const conversationId of found) {
        if (this.stopped) return sealed;
        await this.dataSource.transaction((manager) => this.sealOne(manager, conversationId));
        sealed += 1;
      }
      if (found.length < batch) return sealed;
    }
  }

  private async plainConversations(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT conversation_id AS id FROM rag_orchestrator.conversation c
       WHERE (c.title <> '' AND c.title NOT LIKE 'va1.%')
          OR EXISTS (SELECT 1 FROM rag_orchestrator.message m WHERE m.conversation_id = c.conversation_id AND m.state <> 'answering' AND m.content <> '' AND m.content NOT LIKE 'va1.%')
       LIMIT ${batch}`,
    );
    return rows.map(({ id }) => id);
  }

  private async sealOne(manager: EntityManager, conversationId: string): Promise<void> {
    const conversation = await manager.findOne(ConversationRow, { where: { conversationId }, lock: { mode: 'pessimistic_write' } });
    if (!conversation) return;
    const texts = await this.texts.toWrite(conversationId, manager);
    if (isPlain(conversation.title)) await manager.update(ConversationRow, { conversationId }, { title: texts.sealTitle(conversation.title) });
    const messages = await manager.findBy(MessageRow, { conversationId });
    for (const message of messages) {
      if (isPlain(message.content)) await manager.update(MessageRow, { messageId: message.messageId }, { content: texts.sealContent(message) });
    }
    const citations = await manager.findBy(CitationRow, { messageId: In(messages.map(({ messageId }) => messageId)) });
    for (const citation of citations) {
      if (!isPlain(citation.quote)) continue;
      const { messageId, number, ...columns } = texts.sealCitation(citation);
      await manager.update(CitationRow, { messageId, number }, columns);
    }
  }
}
