import { useQuery } from '@tanstack/react-query';
import { auth } from '@voiceassist/contracts';
import { useEffect, useState } from 'react';
import { useSession } from './session.ts';

const typingPauseMs = 400;
const strengths = ['Very easy to guess', 'Easy to guess', 'Could be harder to guess', 'Hard to guess', 'Very hard to guess'] as const;

/** Whoever chooses a password, and how long it must be. */
interface Chooser {
  readonly email: string;
  readonly displayName: string;
  readonly shortestPassword: number;
}

/** What the server thinks of a password, asked at every pause in typing. */
export function usePasswordAdvice(password: string, { email, displayName, shortestPassword }: Chooser) {
  const { client } = useSession();
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(password), typingPauseMs);
    return () => clearTimeout(timer);
  }, [password]);
  const { data } = useQuery({
    queryKey: ['password-advice', settled], enabled: settled !== '', gcTime: 0,
    queryFn: ({ signal }) => client.request(auth.checkPassword, { password: settled, email, displayName, factorEnforced: shortestPassword < 15 }, { signal }),
  });
  if (!data || settled !== password) return null;
  return data.acceptable ? strengths[data.score] : (data.advice ?? strengths[data.score]);
}
