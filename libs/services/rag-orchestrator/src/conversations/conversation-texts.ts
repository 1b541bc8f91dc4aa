import { Injectable } from '@nestjs/common';
import { FieldCipher, isSealedText, type ScopeCipher } from '@voiceassist/storage';
import type { EntityManager } from 'typeorm';
import type { CitationRow } from './citation.entity.js';
import type { ConversationRow } from './conversation.entity.js';
import type { MessageRow } from './message.entity.js';

const scopeOf = (conversationId: string) => `conversation/${conversationId}`;
const titlePlace = 'conversation.title';
const contentPlace = ({ messageId }: Pick<MessageRow, 'messageId'>) => `message.content/${messageId}`;
const citationPlace = ({ messageId, number }: Pick<CitationRow, 'messageId' | 'number'>, column: 'title' | 'heading' | 'quote') => `citation.${column}/${messageId}/${number}`;

/** Seals and opens what was said in one conversation: its title, its messages, and what they quote. */
export class TextsOfConversation {
  constructor(private readonly cipher: ScopeCipher) {}

  sealTitle(title: string): string {
    return this.cipher.seal(title, titlePlace);
  }

  openConversation(row: ConversationRow): ConversationRow {
    return { ...row, title: this.cipher.open(row.title, titlePlace) };
  }

  sealContent(message: Pick<MessageRow, 'messageId' | 'content'>): string {
    return this.cipher.seal(message.content, contentPlace(message));
  }

  openMessage(row: MessageRow): MessageRow {
    return { ...row, content: this.cipher.open(row.content, contentPlace(row)) };
  }

  sealCitation(row: CitationRow): CitationRow {
    return this.withTexts(row, (text, place) => this.cipher.seal(text, place));
  }

  openCitation(row: CitationRow): CitationRow {
    return this.withTexts(row, (text, place) => this.cipher.open(text, place));
  }

  private withTexts(row: CitationRow, turn: (text: string, place: string) => string): CitationRow {
    return {
      ...row,
      documentTitle: turn(row.documentTitle, citationPlace(row, 'title')),
      heading: row.heading === null ? null : turn(row.heading, citationPlace(row, 'heading')),
      quote: turn(row.quote, citationPlace(row, 'quote')),
    };
  }
}

/** Whether a row was stored before texts were encrypted. */
export const isPlain = (text: string | null): boolean => text !== null && text !== '' && !isSealedText(text);

/** The keys of conversations: one each, so that a deleted conversation can be read by nobody any more. */
@Injectable()
export class ConversationTexts {
  constructor(private readonly cipher: FieldCipher) {}

  async toWrite(conversationId: string, manager?: EntityManager): Promise<TextsOfConversation> {
    return new TextsOfConversation(await this.cipher.toWrite(scopeOf(conversationId), manager));
  }

  async toRead(conversationId: string, manager?: EntityManager): Promise<TextsOfConversation> {
    return new TextsOfConversation(await this.cipher.toRead(scopeOf(conversationId), manager));
  }

  async toReadAll(conversationIds: readonly string[], manager?: EntityManager): Promise<(conversationId: string) => TextsOfConversation> {
    const cipherOf = await this.cipher.toReadAll(conversationIds.map(scopeOf), manager);
    return (conversationId) => new TextsOfConversation(cipherOf(scopeOf(conversationId)));
  }

  destroy(conversationId: string, manager: EntityManager): Promise<void> {
    return this.cipher.destroy(scopeOf(conversationId), manager);
  }
}
