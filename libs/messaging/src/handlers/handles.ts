import { Catch, createParamDecorator, UseFilters, type ExecutionContext, type RpcExceptionFilter } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type {
  AnswerOf, AnyContract, CallableContract, EventContract, JobContract, ParsedInputOf, PayloadOf, ProducedItemOf, RequestContract, StreamContract,
} from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { throwError, type Observable } from 'rxjs';
import type { WorkOf } from './work.js';

type Asked<C extends CallableContract, Answer> = (input: ParsedInputOf<C>, call: Call) => Answer;

/** The method that a contract asks for: a Promise of the answer, an async generator of items, or work to be done. */
export type HandlerOf<C extends AnyContract> = C extends RequestContract
  ? Asked<C, Promise<AnswerOf<C>>>
  : C extends StreamContract
    ? Asked<C, AsyncGenerator<ProducedItemOf<C>, unknown, undefined>>
    : C extends EventContract | JobContract
      ? (payload: PayloadOf<C>, call: Call, work: WorkOf<C>) => Promise<void>
      : never;

/** Leaves failures as they are: Nest would turn them into its own before the contract decides what may be told. */
@Catch()
class FailuresPassUnchanged implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

const Work = createParamDecorator((_: unknown, context: ExecutionContext): unknown => context.getArgByIndex(2));

/**
 * Makes a controller's method the handler of a contract. The method receives parsed input and the `Call`; its answer is
 * checked against the contract. It may throw a failure the contract declares; anything else answers INTERNAL.
 * A method that does not fit the contract does not compile.
 */
export function Handles<C extends AnyContract>(contract: C) {
  return <H extends HandlerOf<C>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void => {
    MessagePattern(contract.subject, { contract })(target, key, descriptor);
    UseFilters(new FailuresPassUnchanged())(target, key, descriptor);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    Work()(target, key, 2);
  };
}
