import { z } from 'zod';

export const UserId = z.uuid();
export const SessionId = z.uuid();
export const CollectionId = z.uuid();
export const DocumentId = z.uuid();
export const PassageId = z.uuid();
export const ConversationId = z.uuid();
export const MessageId = z.uuid();

/** An instant as ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
