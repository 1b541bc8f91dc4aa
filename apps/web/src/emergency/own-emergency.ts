import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth, type EmergencyAccess, type InputOf, reachOf } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';

export const ownEmergencyKey = ['own-emergency'] as const;
/** A privacy officer may end it meanwhile. */
const askAgainMs = 30_000;

/** The emergency access of this session, read anew after a reload; null for everybody without one. */
export function useOwnEmergency(): EmergencyAccess | null {
  const { client, user } = useSession();
  const { data } = useQuery({
    queryKey: ownEmergencyKey,
    queryFn: async ({ signal }) => (await client.request(auth.readOwnEmergency, {}, { signal })).emergency,
    enabled: user !== null && reachOf('break-glass.use', user) !== undefined,
    refetchInterval: ({ state }) => state.data ? askAgainMs : false,
  });
  return data?.active ? data : null;
}

/** Opens and ends the emergency access of this session, and forgets what was read under the access before. */
export function useChangeEmergency() {
  const { client, keepAccess } = useSession();
  const queries = useQueryClient();
  const begin = (emergency: EmergencyAccess | null) => {
    queries.setQueryData(ownEmergencyKey, emergency);
    queries.removeQueries({ type: 'inactive', predicate: ({ queryKey }) => queryKey[0] !== ownEmergencyKey[0] });
    void queries.invalidateQueries();
  };
  return {
    open: async (wanted: InputOf<typeof auth.openEmergency>): Promise<void> => {
      const { emergency, access } = await client.request(auth.openEmergency, wanted);
      keepAccess(access);
      begin(emergency);
    },
    end: async (): Promise<void> => {
      keepAccess(await client.request(auth.endEmergency, {}));
      begin(null);
    },
  };
}
