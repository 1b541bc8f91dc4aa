import { admin } from '@voiceassist/contracts';
import { Download } from 'lucide-react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import type { AuditFilter } from './filter.ts';

const formats = [
  { format: 'ndjson', name: 'NDJSON', extension: 'ndjson', type: 'application/x-ndjson' },
  { format: 'fhir-r4', name: 'FHIR R4', extension: 'fhir-r4.json', type: 'application/fhir+json' },
  { format: 'fhir-r5', name: 'FHIR R5', extension: 'fhir-r5.json', type: 'application/fhir+json' },
] as const;

/** Hands bytes that are already here to the browser as a file. */
function save(bytes: ArrayBuffer, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the browser reads it after the click
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The records found as one file; asks for the second factor on the way. */
export function Exports({ filter }: { readonly filter: AuditFilter }) {
  const { client } = useSession();
  const { act, problem, busy } = useAction();
  return (
    <div className="exports">
      <div className="row" role="group" aria-label="Export what was found">
        <span className="quiet small">Export as</span>
        {formats.map(({ format, name, extension, type }) => (
          <button key={format} disabled={busy} onClick={() => act(async () => save(await client.download(admin.exportAudit, { ...filter, format }), `audit-${new Date().toISOString().slice(0, 10)}.${extension}`, type))}>
            <Download aria-hidden />{name}
          </button>
        ))}
      </div>
      {busy && <p role="status" className="quiet small">Making the file…</p>}
      {problem && <p className="problem" role="alert">{problem}</p>}
    </div>
  );
}
