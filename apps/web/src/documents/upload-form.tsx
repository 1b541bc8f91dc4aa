import { ApiError, type Collection, kb, maxUploadBytes } from '@voiceassist/contracts';
import { Upload } from 'lucide-react';
import { type ChangeEvent, type DragEvent, useState } from 'react';
import { useSession } from '../session/session.ts';

interface UploadFormProps {
  readonly collections: readonly Collection[];
  readonly onAccepted: () => void;
}

interface Refusal {
  readonly fileName: string;
  readonly reason: string;
}

function reasonOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'The upload failed.';
}

/** Takes one or many files; each is accepted or refused on its own. */
export function UploadForm({ collections, onAccepted }: UploadFormProps) {
  const { client } = useSession();
  const [collectionId, setCollectionId] = useState('');
  const [underWay, setUnderWay] = useState<string | null>(null);
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);

  const send = async (files: readonly File[]) => {
    setRefusals([]);
    for (const [index, file] of files.entries()) {
      setUnderWay(`Uploading ${file.name} (${index + 1} of ${files.length})…`);
      try {
        if (file.size > maxUploadBytes) throw new ApiError('FILE_TOO_LARGE', 'Files may have at most 50 MB.', 413);
        await client.upload(kb.uploadDocument, file, collectionId ? { collectionId } : {});
        onAccepted();
      } catch (error) {
        setRefusals((now) => [...now, { fileName: file.name, reason: reasonOf(error) }]);
      }
    }
    setUnderWay(null);
  };
  const onPick = ({ target }: ChangeEvent<HTMLInputElement>) => {
    void send([...(target.files ?? [])]);
    target.value = '';
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void send([...event.dataTransfer.files]);
  };

  return (
    <section className="upload" aria-label="Upload" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <label className="button primary">
        <Upload aria-hidden />Upload documents
        <input type="file" multiple accept=".pdf,.txt,.md,.markdown" className="visually-hidden" disabled={underWay !== null} onChange={onPick} />
      </label>
      <label>
        into{' '}
        <select value={collectionId} onChange={({ target }) => setCollectionId(target.value)}>
          <option value="">General</option>
          {collections.filter(({ sample, name }) => !sample && name !== 'General').map(({ collectionId, name }) => <option key={collectionId} value={collectionId}>{name}</option>)}
        </select>
      </label>
      <span className="quiet small">PDF, text or Markdown, up to 50 MB each. You can also drop files here.</span>
      {underWay && <p role="status">{underWay}</p>}
      {refusals.map(({ fileName, reason }) => <p key={fileName} className="problem" role="alert"><strong>{fileName}</strong>: {reason}</p>)}
    </section>
  );
}
