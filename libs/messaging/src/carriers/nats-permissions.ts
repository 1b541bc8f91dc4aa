import { catalogue, dealings, type AnyContract, type ServiceName } from '@voiceassist/contracts';
import { durableOf, eventStream } from '../outbox/jetstream-names.js';
import { controlSubjects, inboxOf, laneOf, segmentOf } from './nats-subjects.js';

/** What NATS lets one service do; everything else is denied. */
export interface NatsPermissions {
  readonly service: ServiceName;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** It may answer each question once on the reply subject that came with it. */
  readonly answers: boolean;
}

const sorted = (subjects: Iterable<string>) => [...new Set(subjects)].sort();
const owned = (service: ServiceName): AnyContract[] => catalogue.filter((entry) => entry.service === service).map(({ contract }) => contract);
const isCallable = ({ verb }: AnyContract) => verb === 'request' || verb === 'stream';
const subjectsOf = (contracts: readonly AnyContract[]) => contracts.map(({ subject }) => subject);

/** Every service of the house, those that only ask included. */
export const natsServices = Object.keys(dealings) as readonly ServiceName[];

/** Derived from the catalogue and the table of dealings alone: least rights for what the carriers of this library do. */
export function natsPermissionsOf(service: ServiceName): NatsPermissions {
  const answered = subjectsOf(owned(service).filter(isCallable));
  const ownSegments = sorted(answered.map(segmentOf));
  const asked = [...subjectsOf(dealings[service].calls), ...answered];
  const told = subjectsOf([...owned(service).filter(({ verb }) => verb === 'event'), ...dealings[service].tells]);
  const heard = subjectsOf(dealings[service].hears);
  return {
    service,
    publish: sorted([
      ...asked, ...sorted(asked.map(segmentOf)).map((segment) => `${controlSubjects.ofSegment(segment)}.>`),
      ...callersOf(service, answered).flatMap((caller) => ownSegments.map((segment) => `${laneOf(caller, segment)}.>`)),
      ...told, ...(told.length + heard.length > 0 ? streamApi('STREAM.INFO', 'STREAM.CREATE') : []), ...heard.flatMap((subject) => consumerApi(service, subject)),
    ]),
    subscribe: sorted([`${inboxOf(service)}.>`, ...answered, ...ownSegments.map((segment) => `${controlSubjects.ofSegment(segment)}.>`)]),
    answers: answered.length > 0,
  };
}

function callersOf(service: ServiceName, answered: readonly string[]): ServiceName[] {
  return natsServices.filter((caller) => caller === service ? answered.length > 0 : dealings[caller].calls.some(({ subject }) => answered.includes(subject)));
}

function streamApi(...verbs: readonly string[]): string[] {
  return verbs.map((verb) => `$JS.API.${verb}.${eventStream}`);
}

/** One durable consumer with one filter: neither other events nor other services' consumers can be reached. */
function consumerApi(service: ServiceName, subject: string): string[] {
  const consumer = `${eventStream}.${durableOf(service, subject)}`;
  return [`$JS.API.CONSUMER.INFO.${consumer}`, `$JS.API.CONSUMER.CREATE.${consumer}.${subject}`, `$JS.API.CONSUMER.MSG.NEXT.${consumer}`, `$JS.ACK.${consumer}.>`];
}
