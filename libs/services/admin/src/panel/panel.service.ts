import { Injectable } from '@nestjs/common';
import { type AnswerOf, type admin, kb, rag, realtime, users } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { LedgerRepository } from '../ledger/ledger.repository.js';

type Summary = AnswerOf<typeof admin.readSummary>;

const askTimeoutMs = 3_000;
const unknownUsers = { total: null, active: null };
const unknownKnowledge = { collections: null, documents: null, passages: null, byStage: null };
const unknownAnswers = { conversations: null, questions: null, abstained: null, failed: null, medianFirstChunkMs: null };

/** Collects what the services count themselves; a service that does not answer is named instead of guessed. */
@Injectable()
export class Panel {
  constructor(
    private readonly bus: Bus,
    private readonly ledger: LedgerRepository,
  ) {}

  async summarise(): Promise<Summary> {
    const unreachable: string[] = [];
    const ask = async <T, U>(service: string, question: Promise<T>, unknown: U): Promise<T | U> =>
      question.catch(() => {
        unreachable.push(service);
        return unknown;
      });
    const call = Call.asService('admin', askTimeoutMs);
    const [people, knowledge, answers, sockets, auditRecords] = await Promise.all([
      ask('users', this.bus.client(users).countUsers({}, call), unknownUsers),
      ask('kb-indexer', this.bus.client(kb).countKnowledge({}, call), unknownKnowledge),
      ask('rag-orchestrator', this.bus.client(rag).countAnswers({}, call), unknownAnswers),
      ask('realtime', this.bus.client(realtime).countSockets({}, call), { openSockets: null }),
      this.ledger.count(),
    ]);
    return { users: people, knowledge, answers, openSockets: sockets.openSockets, auditRecords, unreachable, takenAt: new Date().toISOString() };
  }
}
