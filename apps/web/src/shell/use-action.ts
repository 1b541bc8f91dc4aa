import { ApiError } from '@voiceassist/contracts';
import { useState } from 'react';

/** Runs one thing at a time that may fail, and keeps the reason for the page. */
export function useAction(onDone: () => void = () => undefined) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      onDone();
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : 'That did not work. Try again.');
    }
    setBusy(false);
  };
  return { act: (work: () => Promise<unknown>) => void act(work), problem, busy };
}
