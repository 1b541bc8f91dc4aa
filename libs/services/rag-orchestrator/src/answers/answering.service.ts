import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { context } from '@opentelemetry/api';
import type { AnswerPart } from '@voiceassist/contracts';
import { AppError, inContext, ServiceLogger, type Call } from '@voiceassist/kit';
import { historyFor } from '../contextualise/history.js';
import { standaloneQuestion } from '../contextualise/standalone-question.js';
import { abstentionText } from '../evidence/abstention-text.js';
import { weighEvidence } from '../evidence/weigh-evidence.js';
import { checkSentences } from '../verify/verdict.js';
import { AnswerDraft } from './answer-draft.js';
import { AnswersConfig } from './answers.config.js';
import { repetitions } from './answers.metrics.js';
import { AnswersRepository, type OpenedAnswer, type Question } from './answers.repository.js';
import { Generation } from './generation.service.js';
import { replay } from './replay.js';
import { Retrieval, type Found } from './retrieval.service.js';

type Opened = Exclude<OpenedAnswer, { kind: 'being-written' }>;

interface Asked {
  readonly question: Question;
  readonly call: Call;
  readonly draft: AnswerDraft;
  /** Understandable without the conversation. */
  readonly standalone: string;
}

const retryMs = 200;

/** Takes one question to its answer: search, weigh, write, bind, check, store. */
@Injectable()
export class Answering {
  constructor(
    private readonly answers: AnswersRepository,
    private readonly retrieval: Retrieval,
    private readonly generation: Generation,
    private readonly config: AnswersConfig,
    private readonly logger: ServiceLogger,
  ) {}

  async *answer(question: Question, call: Call): AsyncGenerator<AnswerPart> {
    const opened = await this.open(question, call);
    if (opened.kind === 'stored') {
      repetitions.add(1);
      yield* replay(opened.message);
      return;
    }
    const draft = new AnswerDraft(opened, this.generation.modelName, question.mode);
    const lease = setInterval(() => void this.answers.renewLease(opened.runId).catch(() => undefined), this.config.ANSWER_LEASE_MS / 3); // the next turn tries again
    let problem: unknown;
    let stored = false;
    try {
      yield* this.compose({ question, call, draft, standalone: standaloneQuestion(opened.question, opened.earlier) });
      const ended = draft.ended('complete');
      await this.answers.end(opened, ended);
      stored = true;
      this.tell(ended, opened);
      yield draft.complete(ended);
    } catch (error) {
      problem = error;
      throw error;
    } finally {
      clearInterval(lease);
      if (!stored) await this.storeUnfinished(draft, call, problem);
    }
  }

  /** While another call writes the same answer, waits for it. */
  private async open(question: Question, call: Call): Promise<Opened> {
    for (;;) {
      const opened = await this.answers.open(call.user.userId, question);
      if (opened.kind !== 'being-written') return opened;
      await delay(retryMs, undefined, { signal: call.signal });
    }
  }

  private async *compose(asked: Asked): AsyncGenerator<AnswerPart> {
    const { question, call, draft, standalone } = asked;
    yield draft.start();
    yield draft.stage('screening');
    yield draft.stage('retrieving');
    const found = await context.with(draft.context, () => this.retrieval.search(standalone, question, call));
    draft.retrieved();
    yield draft.stage('reading', `${String(found.passages.length)} passages`);
    const { enough } = weighEvidence({ text: draft.begun.question, standalone }, found.passages);
    if (!enough) yield* this.abstain(draft, found);
    else yield* this.write(asked, found);
  }

  private async *write({ call, draft, standalone }: Asked, found: Found): AsyncGenerator<AnswerPart> {
    const { question, earlier } = draft.begun;
    yield draft.stage('answering');
    const request = { question, standaloneQuestion: standalone, history: historyFor(earlier), passages: found.passages };
    for await (const part of inContext(draft.context, this.generation.answer(request, call))) {
      if (part.type !== 'finish') {
        yield draft.add(part);
        continue;
      }
      draft.tokens = part.usage;
      if (!part.abstained && draft.content.trim() !== '') continue;
      yield* this.abstain(draft, found);
      return;
    }
    call.signal.throwIfAborted();
    yield draft.stage('verifying');
    draft.judge(checkSentences(draft.content, new Map(draft.citations.map(({ number, quote }) => [number, quote]))));
  }

  private *abstain(draft: AnswerDraft, found: Found): Generator<AnswerPart> {
    draft.verdict = 'abstained';
    yield draft.say(abstentionText(found.searchedCollections, found.passages.length));
  }

  /** The reader has gone, the time is up, or something failed: what was said so far is kept. */
  private async storeUnfinished(draft: AnswerDraft, call: Call, problem: unknown): Promise<void> {
    const late = call.remainingMs <= 0;
    const gone = problem === undefined || call.signal.aborted;
    const failure = late ? { code: 'TIMEOUT', message: 'The answer took too long.' } : failureOf(problem);
    const ended = gone && !late ? draft.ended('stopped') : draft.ended('failed', failure);
    this.tell(ended, draft.begun);
    return this.answers.end(draft.begun, ended);
  }

  private tell({ state, verdict, failure, citations, timings, usage }: ReturnType<AnswerDraft['ended']>, { messageId, conversationId }: { messageId: string; conversationId: string }): void {
    const outcome = failure?.code ?? (state === 'complete' ? verdict : state);
    this.logger.info('question answered', { messageId, conversationId, outcome, citations: citations.length, model: usage.model, durationMs: timings.totalMs, retrievedMs: timings.retrievedMs, firstChunkMs: timings.firstChunkMs });
  }
}

function failureOf(problem: unknown): { code: string; message: string } {
  if (problem instanceof AppError) return { code: problem.code, message: problem.message };
  return { code: 'INTERNAL', message: 'Something went wrong. Ask again.' };
}
