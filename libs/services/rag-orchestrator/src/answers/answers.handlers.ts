import { Controller } from '@nestjs/common';
import { ChatModel } from '@voiceassist/ai';
import { rag, type AnswerOf, type AnswerPart } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { Answering } from './answering.service.js';
import type { Question } from './answers.repository.js';
import { StatisticsRepository } from './statistics.repository.js';

@Controller()
export class AnswersHandlers {
  constructor(
    private readonly answering: Answering,
    private readonly statistics: StatisticsRepository,
    private readonly model: ChatModel,
  ) {}

  @Handles(rag.streamAnswer)
  async *streamAnswer(question: Question, call: Call): AsyncGenerator<AnswerPart> {
    yield* this.answering.answer(question, call);
  }

  @Handles(rag.describeModel)
  async describeModel(_: object, _call: Call): Promise<AnswerOf<typeof rag.describeModel>> {
    return this.model.describe();
  }

  @Handles(rag.countAnswers)
  countAnswers(_: object, _call: Call): Promise<AnswerOf<typeof rag.countAnswers>> {
    return this.statistics.count();
  }
}
