import { useQuery } from '@tanstack/react-query';
import { reachOf, users } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

/** What somebody is called, where the reader may know it; else the beginning of the identifier. */
export function PersonName({ userId }: { readonly userId: string }) {
  const { client, user } = useSession();
  const mayRead = user !== null && reachOf('people.read', user) !== undefined;
  const { data } = useQuery({
    queryKey: ['person', userId], queryFn: ({ signal }) => client.request(users.readUser, { userId }, { signal }),
    enabled: mayRead, staleTime: Infinity, retry: false,
  });
  return <span title={userId}>{data ? data.displayName : <code>{userId.slice(0, 8)}</code>}</span>;
}
