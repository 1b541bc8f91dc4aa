import { useQuery } from '@tanstack/react-query';
import { auth, reachOf } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

export const emergenciesKey = ['emergencies'] as const;
const lookEveryMs = 5_000;

/** How many emergency accesses wait for a review, as a text for the navigation; empty when none, or when it is not the reader's task. */
export function useWaitingReviews(): string {
  const { client, user } = useSession();
  const { data } = useQuery({
    queryKey: [...emergenciesKey, 'waiting'],
    queryFn: ({ signal }) => client.request(auth.countWaitingEmergencies, {}, { signal }),
    enabled: user !== null && reachOf('break-glass.review', user) !== undefined,
    refetchInterval: lookEveryMs,
  });
  return data === undefined || data.waiting === 0 ? '' : String(data.waiting);
}
