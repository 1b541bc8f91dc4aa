import { context, type Context } from '@opentelemetry/api';
import type { AnswerStage } from '@voiceassist/contracts';
import { beginSpan, type BegunSpan } from '@voiceassist/kit';
import { stageDuration } from './answers.metrics.js';

/** Times the stages of one answer, one after the other, and shows them in its trace. */
export class StageClock {
  private readonly parent = context.active();
  private current?: { readonly stage: AnswerStage; readonly span: BegunSpan; readonly begunAt: number };

  /** The present stage's; run its work in it. */
  get context(): Context {
    return this.current?.span.context ?? this.parent;
  }

  enter(stage: AnswerStage): void {
    this.end();
    const span = beginSpan({ name: `answer ${stage}`, attributes: { 'voiceassist.stage': stage }, parent: this.parent });
    this.current = { stage, span, begunAt: performance.now() };
  }

  /** Ends the present stage, if there is one. */
  end(failureCode?: string): void {
    if (!this.current) return;
    const { stage, span, begunAt } = this.current;
    this.current = undefined;
    span.end(failureCode);
    stageDuration.record((performance.now() - begunAt) / 1_000, { stage });
  }
}
