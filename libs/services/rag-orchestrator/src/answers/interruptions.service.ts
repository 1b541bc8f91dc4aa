import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AnswersConfig } from './answers.config.js';
import { AnswersRepository } from './answers.repository.js';

/** Ends answers whose writer died, at the start and from then on. Leases keep replicas from ending each other's. */
@Injectable()
export class Interruptions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly answers: AnswersRepository,
    private readonly config: AnswersConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.answers.failInterrupted();
    this.timer = setInterval(() => {
      // what cannot be ended now is ended at the next turn
      this.running = this.answers.failInterrupted().catch(() => undefined);
    }, this.config.ANSWER_LEASE_MS / 2).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
