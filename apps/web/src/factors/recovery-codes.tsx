import { Copy, Download, Printer } from 'lucide-react';
import { useState } from 'react';

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

function download(codes: readonly string[]): void {
  const address = URL.createObjectURL(new Blob([`VoiceAssist recovery codes for ${location.host}\nEach works once.\n\n${codes.join('\n')}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'voiceassist-recovery-codes.txt';
  link.click();
  URL.revokeObjectURL(address);
}

/** Shows new recovery codes, this once, and ways to keep them. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const [status, setStatus] = useState('');
  const copy = () => navigator.clipboard.writeText(codes.join('\n')).then(() => setStatus('Copied.'), () => setStatus('The browser did not allow copying. Print or download them.'));
  return (
    <section className="recovery-codes" aria-labelledby="codes-title">
      <h2 id="codes-title">Keep your recovery codes</h2>
      <p>If you lose your phone or passkey, one of these lets you in. Each works once. They are shown only now.</p>
      <ul className="codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div className="row no-print">
        <button type="button" onClick={() => void copy()}><Copy aria-hidden />Copy</button>
        <button type="button" onClick={() => window.print()}><Printer aria-hidden />Print</button>
        <button type="button" onClick={() => download(codes)}><Download aria-hidden />Download</button>
        <span role="status" className="quiet small">{status}</span>
      </div>
      <button type="button" className="primary no-print" onClick={onDone}>I have kept them</button>
    </section>
  );
}
