import { chatModelPart } from '@voiceassist/ai';
import { rag } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, messagingMigrations, noteForAudit, outboxPart } from '@voiceassist/messaging';
import { DataKeyRow, encryptionMigrations, fieldCipherPart, sqlPart } from '@voiceassist/storage';
import { Answering } from './answers/answering.service.js';
import { AnswersConfig } from './answers/answers.config.js';
import { AnswersHandlers } from './answers/answers.handlers.js';
import { AnswersRepository } from './answers/answers.repository.js';
import { Generation } from './answers/generation.service.js';
import { Interruptions } from './answers/interruptions.service.js';
import { Retrieval } from './answers/retrieval.service.js';
import { StatisticsRepository } from './answers/statistics.repository.js';
import { CitationRow } from './conversations/citation.entity.js';
import { ConversationRow } from './conversations/conversation.entity.js';
import { ConversationTexts } from './conversations/conversation-texts.js';
import { ConversationsHandlers } from './conversations/conversations.handlers.js';
import { ConversationsRepository } from './conversations/conversations.repository.js';
import { MessageRow } from './conversations/message.entity.js';
import { SealStoredTexts } from './conversations/seal-stored-texts.service.js';
import { CreateConversations1763900000000 } from './migrations/1763900000000-create-conversations.migration.js';

/** Questions and their answers: conversations, evidence, citations, verdicts. */
@ServiceModule({
  name: 'rag-orchestrator',
  configs: [AnswersConfig],
  uses: [
    busPart(rag.$service),
    sqlPart({ schema: 'rag_orchestrator', entities: [ConversationRow, MessageRow, CitationRow, DataKeyRow], migrations: [...messagingMigrations, CreateConversations1763900000000, ...encryptionMigrations] }),
    fieldCipherPart(),
    outboxPart(rag.$service),
    chatModelPart({ note: noteForAudit }),
  ],
  controllers: [AnswersHandlers, ConversationsHandlers],
  providers: [Answering, AnswersRepository, ConversationsRepository, ConversationTexts, Generation, Interruptions, Retrieval, SealStoredTexts, StatisticsRepository],
})
export class RagOrchestratorModule {}
