import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Inject, Injectable, UseGuards, UseInterceptors, type CallHandler, type CanActivate, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { AppError, commonFailure, failure, ServiceModule, type Call } from '@voiceassist/kit';
import { map, type Observable } from 'rxjs';
import { Handles } from '../../handlers/handles.js';
import { Bus } from '../bus.js';
import { busPart } from '../bus-part.js';
import { journal } from './journal.js';
import { probe } from './probe.contract.js';

@Injectable()
class JournalGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const call = context.switchToRpc().getContext<Call>();
    journal.note(`guarded ${call.requestId}`);
    return true;
  }
}

@Injectable()
class PassThrough implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => value));
  }
}

async function untilAborted(call: Call, mark: string): Promise<void> {
  journal.note(`${mark} started`);
  if (!call.signal.aborted) await once(call.signal, 'abort');
  journal.note(`${mark} aborted ${call.signal.reason instanceof AppError ? call.signal.reason.code : 'without a reason'}`);
}

@Controller()
class ProbeRequests {
  @Inject(Bus) private readonly bus!: Bus;
  private readonly instance = randomUUID();

  @Handles(probe.double)
  async double({ value, times }: { value: number; times: number }) {
    return { value: value * times, secret: 'must not leave' };
  }

  @Handles(probe.echo)
  async echo({ value }: { value?: unknown }) {
    return { value, keys: typeof value === 'object' && value !== null ? Object.keys(value) : [] };
  }

  @Handles(probe.describeCall)
  async describeCall(_input: object, { requestId, actor, idempotencyKey, remainingMs }: Call) {
    return { requestId, actor, idempotencyKey, remainingMs, traceId: trace.getActiveSpan()?.spanContext().traceId ?? 'none', instance: this.instance };
  }

  @Handles(probe.fail)
  async fail({ how }: { how: string }) {
    if (how === 'declared') throw failure(probe.fail, 'PROBE_TAKEN', 'Taken – schon vergeben ✋', { field: 'how', details: { by: ['ä', { deep: true }] } });
    if (how === 'common') throw commonFailure('NOT_FOUND', 'Nothing there.');
    if (how === 'undeclared') throw new AppError('SOME_OTHER_CODE', 'conflict', 'patient Doe has a fever');
    if (how === 'not-an-error') throw 'patient Doe has a fever'; // eslint-disable-line @typescript-eslint/only-throw-error -- the bus must survive that too
    if (how === 'wrong-answer') return { value: 'patient Doe' as unknown as number };
    throw new Error('patient Doe has a fever');
  }

  @Handles(probe.wait)
  async wait({ mark }: { mark: string }, call: Call) {
    await untilAborted(call, mark);
    return {};
  }

  @Handles(probe.waitBriefly)
  async waitBriefly({ mark }: { mark: string }, call: Call) {
    await untilAborted(call, mark);
    return {};
  }

  @Handles(probe.relay)
  async relay({ mark }: { mark: string }, call: Call) {
    return this.bus.client(probe).wait({ mark }, call);
  }

  @Handles(probe.finishWhenTold)
  async finishWhenTold({ mark }: { mark: string }) {
    journal.note(`${mark} started`);
    await journal.until(`finish ${mark}`);
    return { mark };
  }

  @Handles(probe.inflate)
  async inflate({ length }: { length: number }) {
    return { ballast: '€'.repeat(length) };
  }

  @Handles(probe.begin)
  async begin() {
    return {};
  }

  @Handles(probe.forClinicians)
  async forClinicians({ mark }: { mark: string }) {
    journal.note(`${mark} reached`);
    return {};
  }

  @Handles(probe.openDocument)
  async openDocument({ missing }: { missing: boolean }) {
    if (missing) throw failure(probe.openDocument, 'DOCUMENT_NOT_FOUND', 'No such document.');
    return { passageId: '0b0b0b0b-0000-4000-8000-000000000002', text: 'what it says' };
  }
}

@Controller()
@UseGuards(JournalGuard)
@UseInterceptors(PassThrough)
class ProbeStreams {
  @Handles(probe.count)
  async *count({ to, mark, failAt, crashAt }: { to: number; mark: string; failAt?: number; crashAt?: number }, call: Call) {
    try {
      for (let index = 0; index < to; index += 1) {
        if (index === failAt) throw failure(probe.count, 'PROBE_BROKEN', 'Broken on demand.');
        if (index === crashAt) throw new Error('patient Doe has a fever');
        journal.produced.set(mark, index + 1);
        yield { index };
      }
    } finally {
      journal.note(`${mark} closed ${call.signal.aborted ? 'aborted' : 'whole'}`);
    }
  }

  @Handles(probe.hang)
  async *hang({ mark }: { mark: string }, call: Call) {
    try {
      yield { index: 0 };
      await untilAborted(call, mark);
    } finally {
      await delay(20); // as one who stores what was said so far
      journal.note(`${mark} closed`);
    }
  }

  @Handles(probe.readAloud)
  async *readAloud({ words, failAt }: { words: number; failAt?: number }) {
    for (let index = 0; index < words; index += 1) {
      if (index === failAt) throw failure(probe.readAloud, 'VOICE_LOST', 'Hoarse.');
      yield { word: `word ${index}` };
    }
  }
}

@ServiceModule({ name: 'users', uses: [busPart(probe.$service)], controllers: [ProbeRequests, ProbeStreams], providers: [JournalGuard, PassThrough] })
export class ProbeModule {}

/** Only asks. */
@ServiceModule({ name: 'gateway', uses: [busPart()] })
export class AskerModule {}
