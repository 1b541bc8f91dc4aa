import { context, ROOT_CONTEXT, SpanKind, type SpanContext } from '@opentelemetry/api';
import { rag, type AnswerPart, type Message } from '@voiceassist/contracts';
import { AppError, beginSpan, Call, commonFailure, withRequestId, type ServiceLogger } from '@voiceassist/kit';
import type { Bus } from '@voiceassist/messaging';
import type { Connection, ParsedClientFrame } from './connection.js';
import { presentActor } from './present-actor.js';
import { streamsOpen } from './sockets.metrics.js';

type QuestionFrame = Extract<ParsedClientFrame, { type: 'message' }>;

interface Client {
  readonly maxAnswers: number;
  readonly address?: string;
  /** The span in which the socket was opened. */
  readonly opening?: SpanContext;
}

const answerTimeoutMs = 120_000;
const settleAttempts = 20;
const settlePauseMs = 100;

/** Streams answers from rag-orchestrator to one socket and stops them when the person says so or goes away. */
export class AnswerRelay {
  private readonly running = new Map<string, AbortController>();
  private readonly controllers = new Set<AbortController>();
  private readonly work = new Set<Promise<void>>();

  constructor(
    private readonly platform: { readonly bus: Bus; readonly logger: ServiceLogger },
    private readonly connection: Connection,
    private readonly client: Client,
  ) {}

  /** Whether one more answer would be too many. */
  get isFull(): boolean {
    return this.controllers.size >= this.client.maxAnswers;
  }

  get isIdle(): boolean {
    return this.work.size === 0;
  }

  start(frame: QuestionFrame): void {
    const job = this.relay(frame).finally(() => this.work.delete(job));
    this.work.add(job);
  }

  stop(messageId: string): void {
    this.running.get(messageId)?.abort('stop');
  }

  stopAll(): void {
    for (const controller of this.controllers) controller.abort('gone');
  }

  /** Resolves when no answer is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.work]);
  }

  /** Each question is a trace of its own, however many a socket carries; it points to the opening of the socket. */
  private async relay(frame: QuestionFrame): Promise<void> {
    const controller = new AbortController();
    const call = Call.begin({ actor: presentActor(this.connection.actor), clientAddress: this.client.address, timeoutMs: answerTimeoutMs, signal: controller.signal });
    const span = beginSpan({
      name: 'socket question', kind: SpanKind.SERVER, parent: withRequestId(call.requestId, ROOT_CONTEXT),
      attributes: { 'voiceassist.request_id': call.requestId }, links: this.client.opening ? [{ context: this.client.opening }] : [],
    });
    const begunAt = performance.now();
    this.controllers.add(controller);
    streamsOpen.add(1);
    await context.with(span.context, async () => {
      const outcome = await this.stream(frame, { call, controller });
      this.platform.logger.info('question over the socket', { outcome, durationMs: Math.round(performance.now() - begunAt) });
      span.end(outcome === 'ok' ? undefined : outcome);
    });
    streamsOpen.add(-1);
  }

  /** Answers `ok` or the code of what ended it. */
  private async stream({ type: _type, ...question }: QuestionFrame, { call, controller }: { call: Call; controller: AbortController }): Promise<string> {
    let messageId: string | undefined;
    try {
      for await (const part of this.platform.bus.client(rag).streamAnswer(question, call)) {
        if (part.type === 'message_start') {
          messageId = part.messageId;
          this.running.set(messageId, controller);
        }
        await this.connection.send(part);
      }
      if (controller.signal.aborted) throw commonFailure('CANCELLED', 'Stopped.');
      return 'ok';
    } catch (error) {
      await this.explain(error, { messageId, clientMessageId: question.clientMessageId, stopped: controller.signal.reason === 'stop' });
      return error instanceof AppError ? error.code : 'INTERNAL';
    } finally {
      this.controllers.delete(controller);
      if (messageId) this.running.delete(messageId);
    }
  }

  private async explain(error: unknown, end: { messageId?: string; clientMessageId: string; stopped: boolean }): Promise<void> {
    if (end.stopped && end.messageId) {
      const message = await this.storedAfterStop(end.messageId);
      if (message) return this.connection.send(completionOf(message));
    }
    const shown = error instanceof AppError ? error : commonFailure('INTERNAL', 'The answer failed. Ask again.');
    this.connection.fail({ code: shown.code, message: shown.message, messageId: end.messageId, clientMessageId: end.clientMessageId });
  }

  /** The orchestrator stores what was said until the stop; it may need a moment. */
  private async storedAfterStop(messageId: string): Promise<Message | null> {
    for (let attempt = 0; attempt < settleAttempts; attempt += 1) {
      const message = await this.platform.bus.client(rag).readMessage({ messageId }, Call.begin({ actor: presentActor(this.connection.actor), clientAddress: this.client.address, timeoutMs: 2_000 })).catch(() => null);
      if (message && message.state !== 'answering') return message;
      await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
    }
    return null;
  }
}

function completionOf(message: Message): AnswerPart {
  return {
    type: 'message_complete', messageId: message.messageId, content: message.content, citations: message.citations,
    verdict: message.verdict ?? 'partly', usage: message.usage ?? { model: 'unknown', promptTokens: null, completionTokens: null },
    timings: message.timings ?? { retrievedMs: 0, firstChunkMs: null, totalMs: 0 }, stopped: message.state === 'stopped',
  };
}
