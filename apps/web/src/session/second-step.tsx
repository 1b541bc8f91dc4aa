import type { FactorChallenge } from '@voiceassist/contracts';
import { FactorPrompt } from '../factors/factor-prompt.tsx';
import { useSession } from './session.ts';

interface SecondStepProps {
  readonly challenge: FactorChallenge;
  readonly onAgain: (message: string | null) => void;
  readonly onDone?: () => void;
}

/** Asks for the second factor that completes a sign-in. */
export function SecondStep({ challenge, onAgain, onDone = () => undefined }: SecondStepProps) {
  const { verify } = useSession();
  return (
    <section className="panel" aria-labelledby="factor-title">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1 id="factor-title">One more step</h1>
      <p className="quiet">Show your second factor to finish signing in.</p>
      <FactorPrompt challenge={challenge} onProof={(proof) => verify(proof).then(onDone)} onExpired={onAgain} />
      <button type="button" className="plain" onClick={() => onAgain(null)}>Start over</button>
    </section>
  );
}
