import { auth, type FactorChallenge } from '@voiceassist/contracts';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { Link } from 'react-router';
import { useSession } from '../session/session.ts';
import { FactorPrompt } from './factor-prompt.tsx';

interface StepUpDialogProps {
  /** Null for somebody who has no second factor to show. */
  readonly challenge: FactorChallenge | null;
  readonly onDone: (shown: boolean) => void;
}

/** Stands over the page while an operation waits for a fresh second factor. */
export function StepUpDialog({ challenge, onDone }: StepUpDialogProps) {
  const { client, keepAccess } = useSession();
  const [expired, setExpired] = useState<string | null>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onDone(false)}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog">
          <Dialog.Title>{challenge ? 'Confirm that it is you' : 'Set up a second factor first'}</Dialog.Title>
          <Dialog.Description className="quiet">
            {challenge ? 'This change needs your second factor once more. It then counts for five minutes.' : 'This change needs more than your password. Setting up a passkey or an authenticator app takes half a minute.'}
          </Dialog.Description>
          {challenge && !expired && (
            <FactorPrompt
              challenge={challenge}
              onExpired={setExpired}
              onProof={async (proof) => {
                keepAccess(await client.request(auth.stepUp, proof));
                onDone(true);
              }}
            />
          )}
          {expired && <p className="problem" role="alert">{expired}</p>}
          {!challenge && <Link className="button primary" to="/security" onClick={() => onDone(false)}>Go to security settings</Link>}
          <Dialog.Close className="plain">Cancel</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
