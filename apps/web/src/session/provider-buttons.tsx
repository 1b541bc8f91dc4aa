import { useQuery } from '@tanstack/react-query';
import { auth, type Station } from '@voiceassist/contracts';
import { LogIn } from 'lucide-react';
import { leaveForProvider } from './provider-errand.ts';
import { useSession } from './session.ts';

interface ProviderButtonsProps {
  readonly busy: boolean;
  /** Runs what leads to the provider; the page is left when it succeeds. */
  readonly onChoose: (work: (station: Station) => Promise<void>, form: HTMLFormElement | null) => void;
}

/** One button for each identity provider; none while the house does not know any. */
export function ProviderButtons({ busy, onChoose }: ProviderButtonsProps) {
  const { client } = useSession();
  const { data } = useQuery({ queryKey: ['providers'], retry: false, staleTime: Infinity, queryFn: ({ signal }) => client.request(auth.listProviders, {}, { signal }) });
  const leave = (providerId: string) => async (station: Station) => {
    const { authorizationUrl, ticket } = await client.request(auth.beginProviderSignIn, { providerId, station });
    leaveForProvider({ providerId, ticket, purpose: 'sign-in' }, authorizationUrl);
  };
  return data?.providers.map(({ providerId, label }) => (
    <button key={providerId} type="button" disabled={busy} onClick={({ currentTarget }) => onChoose(leave(providerId), currentTarget.form)}><LogIn aria-hidden />Sign in with {label}</button>
  ));
}
