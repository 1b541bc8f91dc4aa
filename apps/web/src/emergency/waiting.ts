import { useQuery } from '@tanstack/react-query';
import { auth, reachOf } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

export const emergenciesKey = ['emergencies'] as const;
const largestPage = 100;
const lookEveryMs = 60_000;

/** How many emergency accesses wait for a review, as a text for the navigation; empty when none, or when it is not the reader's task. */
export function useWaitingReviews(): string {
  const { client, user } = useSession();
  const { data } = useQuery({
    queryKey: [...emergenciesKey, 'waiting'],
    // what waits stands first, so that one page holds all that can be counted
    queryFn: ({ signal }) => client.request(auth.listEmergencies, { pageSize: largestPage }, { signal }),
    enabled: user !== null && reachOf('break-glass.review', user) !== undefined,
    refetchInterval: lookEveryMs,
  });
  const waiting = data?.items.filter(({ review }) => review === null).length ?? 0;
  if (waiting === 0) return '';
  return waiting === largestPage ? `${largestPage - 1}+` : String(waiting);
}
