import { useQuery } from '@tanstack/react-query';
import { admin } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

const shown = (value: number | null) => (value === null ? 'not known' : value.toLocaleString());

/** What the services count at this moment, and the newest lines of the audit. */
export function OverviewPage() {
  const { client } = useSession();
  const { data, error } = useQuery({ queryKey: ['summary'], queryFn: ({ signal }) => client.request(admin.readSummary, {}, { signal }), refetchInterval: 10_000 });
  const { data: audit } = useQuery({ queryKey: ['audit'], queryFn: ({ signal }) => client.request(admin.searchAudit, { pageSize: 20 }, { signal }) });
  if (error) return <p className="problem" role="alert">{error.message}</p>;
  if (!data) return <p className="centred" role="status">Counting…</p>;
  const numbers: [string, number | null][] = [
    ['People', data.users.total], ['Active', data.users.active], ['Documents', data.knowledge.documents], ['Passages', data.knowledge.passages],
    ['Questions', data.answers.questions], ['Not in the sources', data.answers.abstained], ['Failed answers', data.answers.failed], ['Open sockets', data.openSockets], ['Audit records', data.auditRecords],
  ];
  return (
    <div className="overview">
      <h1>Overview</h1>
      {data.unreachable.length > 0 && <p className="problem" role="alert">No answer from: {data.unreachable.join(', ')}</p>}
      <dl className="numbers">{numbers.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{shown(value)}</dd></div>)}</dl>
      <h2>Newest audit records</h2>
      <div className="scroll">
        <table>
          <thead><tr><th>When</th><th>Action</th><th>Who</th><th>Outcome</th></tr></thead>
          <tbody>
            {audit?.items.map(({ auditId, occurredAt, action, actor, outcome }) => (
              <tr key={auditId}><td>{new Date(occurredAt).toLocaleString()}</td><td><code>{action}</code></td><td>{actor.type === 'user' ? actor.userId : actor.type}</td><td>{outcome}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
