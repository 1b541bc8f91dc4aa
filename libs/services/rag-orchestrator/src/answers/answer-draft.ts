import type { Context } from '@opentelemetry/api';
import type { AnswerPart, AnswerStage, Citation, Message, Passage, Verdict } from '@voiceassist/contracts';
import type { BoundPart } from '../citations/citation-binder.js';
import { passageUrl } from '../conversations/to-contract.js';
import { verdictOf, type SentenceCheck } from '../verify/verdict.js';
import { answerDuration, answers, answersInFlight, checkedSentences, citations, firstTokenDelay, questions } from './answers.metrics.js';
import type { BegunAnswer, EndedAnswer } from './answers.repository.js';
import { StageClock } from './stage-clock.js';

type Ended = EndedAnswer & { readonly usage: NonNullable<Message['usage']>; readonly timings: NonNullable<Message['timings']> };

export function citationOf(number: number, passage: Passage): Citation {
  const { passageId, documentId, collectionId, documentTitle, documentVersion, page, heading, range, score } = passage;
  return { number, passageId, documentId, collectionId, documentTitle, documentVersion, page, heading, quote: passage.text, range, score, url: passageUrl(passage) };
}

/** An answer while it is being written: what has been said, on what it rests, and how long it took. */
export class AnswerDraft {
  content = '';
  readonly citations: Citation[] = [];
  verdict: Verdict | null = null;
  tokens: { promptTokens: number | null; completionTokens: number | null } = { promptTokens: null, completionTokens: null };
  private isCounted = false;
  private chunks = 0;
  private retrievedMs = 0;
  private firstChunkMs: number | null = null;
  private readonly arrivedAt = performance.now();
  private readonly clock = new StageClock();

  constructor(
    readonly begun: BegunAnswer,
    private readonly model: string,
    private readonly mode: 'quick' | 'deep',
  ) {
    questions.add(1, { mode });
    answersInFlight.add(1);
  }

  /** Of the present stage; its work runs in it. */
  get context(): Context {
    return this.clock.context;
  }

  start(): AnswerPart {
    return { type: 'message_start', messageId: this.begun.messageId, conversationId: this.begun.conversationId };
  }

  stage(stage: AnswerStage, detail?: string): AnswerPart {
    this.clock.enter(stage);
    return { type: 'stage', messageId: this.begun.messageId, stage, detail };
  }

  retrieved(): void {
    this.retrievedMs = this.elapsedMs();
  }

  say(text: string): AnswerPart {
    if (this.firstChunkMs === null) {
      this.firstChunkMs = this.elapsedMs();
      firstTokenDelay.record(this.firstChunkMs / 1_000, { mode: this.mode });
    }
    this.content += text;
    return { type: 'message_chunk', messageId: this.begun.messageId, index: this.chunks++, content: text };
  }

  add(part: BoundPart<Passage>): AnswerPart {
    if (part.type === 'text') return this.say(part.text);
    const citation = citationOf(part.number, part.passage);
    this.citations.push(citation);
    return { type: 'citation', messageId: this.begun.messageId, citation };
  }

  complete({ content, citations, verdict, usage, timings }: Ended): AnswerPart {
    return { type: 'message_complete', messageId: this.begun.messageId, content, citations: [...citations], verdict: verdict ?? 'partly', usage, timings, stopped: false };
  }

  ended(state: EndedAnswer['state'], failure: Message['failure'] = null): Ended {
    this.count(state, failure?.code);
    const usage = { model: this.model, ...this.tokens };
    const timings = { retrievedMs: this.retrievedMs, firstChunkMs: this.firstChunkMs, totalMs: this.elapsedMs() };
    return { state, content: this.content, citations: this.citations, verdict: this.verdict, usage, timings, failure };
  }

  /** Keeps what the check of its sentences found. */
  judge(checks: readonly SentenceCheck[]): void {
    for (const result of checks) checkedSentences.add(1, { result });
    this.verdict = verdictOf(checks);
  }

  /** An answer ends once in the figures, also when storing its end failed and it ends again. */
  private count(state: EndedAnswer['state'], failureCode?: string): void {
    this.clock.end(failureCode);
    if (this.isCounted) return;
    this.isCounted = true;
    answersInFlight.add(-1);
    const verdict = state === 'complete' ? (this.verdict ?? 'partly') : state;
    answers.add(1, { verdict });
    answerDuration.record(this.elapsedMs() / 1_000, { mode: this.mode, verdict });
    if (state === 'complete') citations.record(this.citations.length);
  }

  private elapsedMs(): number {
    return Math.round((performance.now() - this.arrivedAt) * 10) / 10;
  }
}
