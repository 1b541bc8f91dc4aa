import { DiscardPolicy, nanos, NatsError, RetentionPolicy, StorageType } from 'nats';
import { eventStream } from './jetstream-names.js';

export const streamSettings = {
  name: eventStream,
  subjects: ['va.v1.*.evt.>'],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_age: nanos(7 * 24 * 3_600_000),
  duplicate_window: nanos(10 * 60_000),
};

/** Whether the server says that the stream or consumer does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.code === 404;
}
