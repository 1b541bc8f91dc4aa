import type { Citation, Conversation, Message } from '@voiceassist/contracts';
import type { CitationRow } from './citation.entity.js';
import type { ConversationRow } from './conversation.entity.js';
import type { MessageRow } from './message.entity.js';

export function toConversation(row: ConversationRow): Conversation {
  return { conversationId: row.conversationId, title: row.title, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

/** Path in the page that opens a document at a passage. */
export function passageUrl(place: { documentId: string; page: number; range: { start: number; end: number } }): string {
  return `/documents/${place.documentId}?page=${String(place.page)}&start=${String(place.range.start)}&end=${String(place.range.end)}`;
}

export function toCitation(row: CitationRow): Citation {
  const { number, passageId, documentId, collectionId, documentTitle, documentVersion, page, heading, quote, score } = row;
  const range = { start: row.rangeStart, end: row.rangeEnd };
  return { number, passageId, documentId, collectionId, documentTitle, documentVersion, page, heading, quote, range, score, url: passageUrl({ documentId, page, range }) };
}

export function toCitationRow(messageId: string, citation: Citation): CitationRow {
  const { range, url: _, ...same } = citation;
  return { ...same, messageId, rangeStart: range.start, rangeEnd: range.end };
}

export function toMessage(row: MessageRow, citations: readonly CitationRow[]): Message {
  const { messageId, conversationId, role, content, state, verdict, usage, timings, failure } = row;
  const own = citations.filter((citation) => citation.messageId === messageId).sort((one, other) => one.number - other.number);
  return { messageId, conversationId, role, content, state, verdict, usage, timings, failure, citations: own.map(toCitation), createdAt: row.createdAt.toISOString() };
}
