import type { AuditRecord } from '@voiceassist/contracts';
import { Siren } from 'lucide-react';
import type { ReactNode } from 'react';
import { PersonName } from './person-name.tsx';

const toTheSecond = (instant: string) => new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function Who({ actor }: Pick<AuditRecord, 'actor'>) {
  if (actor.type === 'user') return <PersonName userId={actor.userId} />;
  return <span className="quiet">{actor.type === 'service' ? actor.service : 'nobody known'}</span>;
}

/** One line of who, what and how it went; the rest opens below it. */
export function RecordRow({ record }: { readonly record: AuditRecord }) {
  const { occurredAt, action, actor, outcome, breakGlass, attempts } = record;
  return (
    <li className={breakGlass ? 'record break-glass' : 'record'}>
      <details>
        <summary>
          <time dateTime={occurredAt}>{toTheSecond(occurredAt)}</time>
          <code>{action}</code>
          <Who actor={actor} />
          <span className="marks-of-record">
            {breakGlass && <span className="badge alarm"><Siren aria-hidden />emergency</span>}
            {attempts && attempts > 1 && <span className="badge off">{attempts} times</span>}
            <span className={outcome === 'ok' ? 'badge' : 'badge off'}>{outcome}</span>
          </span>
        </summary>
        <RecordDetail record={record} />
      </details>
    </li>
  );
}

const purposes: Record<NonNullable<AuditRecord['purpose']>, string> = {
  TREAT: 'treatment', ETREAT: 'emergency treatment', HPAYMT: 'payment', HOPERAT: 'operation of the house', HRESCH: 'research', PATRQT: 'request of the patient', HSYSADMIN: 'administration of the system',
};
const kinds: Record<NonNullable<AuditRecord['kind']>, string> = { C: 'create', R: 'read', U: 'change', D: 'delete', E: 'execute' };

function actorDetail({ actor }: AuditRecord): [string, ReactNode][] {
  if (actor.type !== 'user') return [];
  const shown: [string, ReactNode][] = [['Person', <code>{actor.userId}</code>], ['Roles', actor.roles.join(', ')], ['Session', <code>{actor.sessionId}</code>]];
  if (actor.factorAt !== undefined) shown.push(['Second factor', toTheSecond(new Date(actor.factorAt * 1_000).toISOString())]);
  if (actor.emergency) shown.push(['Emergency access', <code>{actor.emergency.emergencyId}</code>]);
  return shown;
}

function RecordDetail({ record }: { readonly record: AuditRecord }) {
  const { subjects, service, kind, purpose, patient, clientNetwork, change, durationMs, requestId, traceId, auditId, producer } = record;
  const lines: [string, ReactNode][] = [
    ...actorDetail(record),
    ...Object.entries(subjects).map(([name, value]): [string, ReactNode] => [name, <code>{value}</code>]),
    ['Kind', kind && kinds[kind]], ['Purpose', purpose && purposes[purpose]], ['Patient', patient && <code>{patient}</code>], ['From network', clientNetwork],
    ['Content before', change?.before && <code>{change.before}</code>], ['Content after', change?.after && <code>{change.after}</code>],
    ['Took', `${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`], ['Service', service], ['Request', <code>{requestId}</code>], ['Trace', traceId && <code>{traceId}</code>],
    ['Record', <code>{auditId}</code>], ['Number in its run', producer && `${producer.number} of ${producer.run}`],
  ];
  return <dl className="record-detail">{lines.filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
