import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { rag, type Citation, type Message, type ParsedInputOf } from '@voiceassist/contracts';
import { failure } from '@voiceassist/kit';
import { DataSource, In, QueryFailedError, type EntityManager } from 'typeorm';
import type { EarlierTurn } from '../contextualise/standalone-question.js';
import { CitationRow } from '../conversations/citation.entity.js';
import { ConversationRow } from '../conversations/conversation.entity.js';
import { ConversationTexts } from '../conversations/conversation-texts.js';
import { MessageRow } from '../conversations/message.entity.js';
import { toCitationRow, toMessage } from '../conversations/to-contract.js';
import { AnswersConfig } from './answers.config.js';
import { titleFrom, withoutUnstorable } from './storable-text.js';

export type Question = ParsedInputOf<typeof rag.streamAnswer>;

export interface BegunAnswer {
  readonly kind: 'begun';
  readonly messageId: string;
  readonly conversationId: string;
  readonly runId: string;
  readonly question: string;
  /** What was said before in this conversation, oldest first. */
  readonly earlier: readonly EarlierTurn[];
}
/** The same question was asked before: its answer is stored, or somebody is writing it. */
export type OpenedAnswer = BegunAnswer | { readonly kind: 'stored'; readonly message: Message } | { readonly kind: 'being-written' };

/** How an answer ended, as it is stored. */
export type EndedAnswer = Pick<Message, 'content' | 'verdict' | 'usage' | 'timings' | 'failure'> & { readonly state: 'complete' | 'stopped' | 'failed'; readonly citations: readonly Citation[] };

const uniqueViolation = '23505';
const turnsRead = 8;

const isTaken = (error: unknown) => error instanceof QueryFailedError && (error.driverError as { code?: string }).code === uniqueViolation;
const common = { verdict: null, usage: null, timings: null, failure: null } as const;

@Injectable()
export class AnswersRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AnswersConfig,
    private readonly texts: ConversationTexts,
  ) {}

  /** Stores question and unfinished answer, or finds what an earlier call with the same client id left. */
  async open(userId: string, question: Question): Promise<OpenedAnswer> {
    try {
      return await this.dataSource.transaction((manager) => this.openWithin(manager, userId, question));
    } catch (error) {
      if (!isTaken(error)) throw error;
      return await this.dataSource.transaction((manager) => this.openWithin(manager, userId, question)); // another call was quicker
    }
  }

  async renewLease(runId: string): Promise<void> {
    await this.dataSource.manager.update(MessageRow, { runId, state: 'answering' }, { leaseUntil: this.leaseEnd() });
  }

  /** Stores how the answer ended, with its citations; does nothing when a later attempt has taken over or it is gone. */
  async end({ messageId, conversationId, runId }: BegunAnswer, ended: EndedAnswer): Promise<void> {
    const { citations, ...fields } = ended;
    await this.dataSource.transaction(async (manager) => {
      const answering = { messageId, runId, state: 'answering' } as const;
      if (!(await manager.existsBy(MessageRow, answering))) return;
      const texts = await this.texts.toWrite(conversationId, manager);
      const content = texts.sealContent({ messageId, content: withoutUnstorable(fields.content) });
      const { affected } = await manager.update(MessageRow, answering, { ...fields, content, leaseUntil: null });
      if (affected !== 1 || citations.length === 0) return;
      await manager.insert(CitationRow, citations.map((citation) => texts.sealCitation(toCitationRow(messageId, citation))));
    });
  }

  /** Unfinished answers nobody has been writing for a while become failed; gives their number. */
  async failInterrupted(): Promise<number> {
    const { affected } = await this.dataSource.manager
      .createQueryBuilder()
      .update(MessageRow)
      .set({ state: 'failed', leaseUntil: null, failure: { code: 'INTERRUPTED', message: 'The answer was interrupted. Ask again.' } })
      .where("state = 'answering' AND lease_until < now()")
      .execute();
    return affected ?? 0;
  }

  private leaseEnd(): Date {
    return new Date(Date.now() + this.config.ANSWER_LEASE_MS);
  }

  private async openWithin(manager: EntityManager, userId: string, question: Question): Promise<OpenedAnswer> {
    const { clientMessageId } = question;
    const known = await manager.findOne(MessageRow, { where: { userId, clientMessageId, role: 'assistant' }, lock: { mode: 'pessimistic_write' } });
    if (known) return this.reopen(manager, known);
    const now = new Date();
    const conversation = await this.conversationFor(manager, userId, { question, now });
    const { conversationId } = conversation;
    const texts = await this.texts.toWrite(conversationId, manager);
    const earlier = await this.turnsBefore(manager, conversationId);
    const content = withoutUnstorable(question.content);
    const [questionId, messageId, runId] = [randomUUID(), randomUUID(), randomUUID()];
    const both = { conversationId, userId, clientMessageId, createdAt: now, ...common };
    await manager.insert(MessageRow, { ...both, messageId: questionId, role: 'user', content: texts.sealContent({ messageId: questionId, content }), state: 'complete', runId: null, leaseUntil: null });
    await manager.insert(MessageRow, { ...both, messageId, role: 'assistant', content: '', state: 'answering', runId, leaseUntil: this.leaseEnd() });
    await manager.update(ConversationRow, { conversationId }, { updatedAt: now, title: conversation.title || texts.sealTitle(titleFrom(content)) });
    return { kind: 'begun', messageId, conversationId, runId, question: content, earlier };
  }

  /** Repeats what ended well; takes over what failed or was left behind. */
  private async reopen(manager: EntityManager, known: MessageRow): Promise<OpenedAnswer> {
    const { messageId, conversationId, userId, clientMessageId } = known;
    if (known.state === 'complete' || known.state === 'stopped') return { kind: 'stored', message: await this.opened(manager, known) };
    if (known.state === 'answering' && known.leaseUntil && known.leaseUntil.getTime() > Date.now()) return { kind: 'being-written' };
    const runId = randomUUID();
    const asked = await manager.findOneByOrFail(MessageRow, { userId, clientMessageId, role: 'user' });
    await manager.delete(CitationRow, { messageId });
    await manager.update(MessageRow, { messageId }, { ...common, content: '', state: 'answering', runId, leaseUntil: this.leaseEnd() });
    const question = (await this.texts.toRead(conversationId, manager)).openMessage(asked).content;
    return { kind: 'begun', messageId, conversationId, runId, question, earlier: await this.turnsBefore(manager, conversationId, asked.sequence) };
  }

  private async opened(manager: EntityManager, row: MessageRow): Promise<Message> {
    const texts = await this.texts.toRead(row.conversationId, manager);
    const citations = await manager.findBy(CitationRow, { messageId: row.messageId });
    return toMessage(texts.openMessage(row), citations.map((citation) => texts.openCitation(citation)));
  }

  private async conversationFor(manager: EntityManager, userId: string, { question, now }: { question: Question; now: Date }): Promise<ConversationRow> {
    if (question.conversationId === undefined) {
      const row: ConversationRow = { conversationId: randomUUID(), userId, title: '', createdAt: now, updatedAt: now };
      await manager.insert(ConversationRow, row);
      return row;
    }
    const found = await manager.findOneBy(ConversationRow, { userId, conversationId: question.conversationId });
    if (!found) throw failure(rag.streamAnswer, 'CONVERSATION_NOT_FOUND', 'There is no such conversation.');
    return found;
  }

  private async turnsBefore(manager: EntityManager, conversationId: string, sequence?: string): Promise<EarlierTurn[]> {
    const rows = await manager.find(MessageRow, { where: { conversationId, state: In(['complete', 'stopped']) }, order: { sequence: 'DESC' }, take: turnsRead + 2 });
    const before = sequence === undefined ? rows : rows.filter((row) => BigInt(row.sequence) < BigInt(sequence));
    const texts = await this.texts.toRead(conversationId, manager);
    return before.slice(0, turnsRead).reverse().map((row) => ({ role: row.role, content: texts.openMessage(row).content }));
  }
}
