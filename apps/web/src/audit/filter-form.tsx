import { auditActionOf, catalogue, type User } from '@voiceassist/contracts';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useEverybody } from '../collections/everybody.ts';
import { type AuditFilter, instantOf, localOf } from './filter.ts';

interface FilterFormProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

const actions = [...new Set(catalogue.flatMap(({ contract }) => 'audit' in contract && contract.audit !== undefined ? auditActionOf({ audit: contract.audit }) ?? [] : []))].sort();
const services = [...new Set(['gateway', ...catalogue.map(({ service }) => service)])].sort();
const outcomes = ['ok', 'failed', 'FORBIDDEN', 'UNAUTHENTICATED', 'STEP_UP_REQUIRED', 'NOT_FOUND', 'RATE_LIMITED', 'INTERRUPTED'];
const identifier = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whom a text means: an identifier, an address or a whole name. */
function personMeant(text: string, people: readonly User[]): string | undefined {
  if (identifier.test(text)) return text.toLowerCase();
  const wanted = text.toLowerCase();
  return people.find(({ email, displayName }) => email.toLowerCase() === wanted || displayName.toLowerCase() === wanted)?.userId;
}

function Choices({ id, values }: { readonly id: string; readonly values: readonly string[] }) {
  return <datalist id={id}>{values.map((value) => <option key={value} value={value} />)}</datalist>;
}

/** All conditions together; the fields start anew whenever the address changes. */
export function FilterForm({ filter, onChange }: FilterFormProps) {
  const [wantsPeople, setWantsPeople] = useState(filter.actorUserId !== undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const people = useEverybody(wantsPeople);
  const actor = people.find(({ userId }) => userId === filter.actorUserId)?.email ?? filter.actorUserId ?? '';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => (form.get(name) as string).trim() || undefined; // inputs of texts and times
    // a field shows whole minutes; one that was left alone keeps its seconds
    const instant = (name: 'from' | 'to') => text(name) === localOf(filter[name]) ? filter[name] : instantOf(text(name) ?? '');
    const who = text('who');
    const actorUserId = who && personMeant(who, people);
    setProblem(who && !actorUserId ? `Nobody here is called “${who}”. Give a name, an e-mail address or an identifier.` : null);
    if (who && !actorUserId) return;
    onChange({ actorUserId, action: text('action'), outcome: text('outcome'), service: text('service'), objectId: text('object'), requestId: filter.requestId, from: instant('from'), to: instant('to') });
  };
  return (
    <form className="card" onSubmit={submit} aria-labelledby="filter-title">
      <h2 id="filter-title">Find records</h2>
      <div className="fields audit-fields">
        <label>Who<input key={actor} name="who" list="audit-people" defaultValue={actor} autoComplete="off" onFocus={() => setWantsPeople(true)} /></label>
        <label>Action<input name="action" list="audit-actions" defaultValue={filter.action} autoComplete="off" placeholder="kb.search" /></label>
        <label>Outcome<input name="outcome" list="audit-outcomes" defaultValue={filter.outcome} autoComplete="off" placeholder="ok, failed or a code" /></label>
        <label>Service<select name="service" defaultValue={filter.service ?? ''}><option value="">Every service</option>{services.map((service) => <option key={service}>{service}</option>)}</select></label>
        <label>Object<input name="object" defaultValue={filter.objectId} maxLength={100} autoComplete="off" placeholder="an identifier" /></label>
        <label>From<input name="from" type="datetime-local" defaultValue={localOf(filter.from)} /></label>
        <label>To<input name="to" type="datetime-local" defaultValue={localOf(filter.to)} /></label>
      </div>
      <datalist id="audit-people">{people.map(({ userId, email, displayName }) => <option key={userId} value={email}>{displayName}</option>)}</datalist>
      <Choices id="audit-actions" values={actions} />
      <Choices id="audit-outcomes" values={outcomes} />
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row">
        <button className="primary"><Search aria-hidden />Find</button>
        <button type="button" onClick={() => onChange({})}>Show all</button>
      </div>
    </form>
  );
}
