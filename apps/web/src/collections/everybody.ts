import { useQuery } from '@tanstack/react-query';
import { type HttpClient, reachOf, type User, users } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

const pageSize = 100;
/** More people than this nobody picks from a list; the rest is found by their identifier. */
const mostPages = 50;

async function readEverybody(client: HttpClient, signal: AbortSignal): Promise<readonly User[]> {
  const found: User[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { items, pagination } = await client.request(users.listUsers, { page, pageSize }, { signal });
    found.push(...items);
    if (page >= pagination.totalPages) break;
  }
  return found;
}

/** Everybody with an account, to pick from; nobody for readers who may not see people. Read once `wanted`. */
export function useEverybody(wanted: boolean): readonly User[] {
  const { client, user } = useSession();
  const mayRead = user !== null && reachOf('people.read', user) !== undefined;
  const { data } = useQuery({ queryKey: ['everybody'], queryFn: ({ signal }) => readEverybody(client, signal), enabled: wanted && mayRead, staleTime: 60_000 });
  return data ?? [];
}
