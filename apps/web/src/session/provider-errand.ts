/** Lives as long as the tab: what the provider answers counts only in the tab that went there. */
const key = 'voiceassist.provider-errand';

export interface Errand {
  readonly providerId: string;
  readonly ticket: string;
  readonly purpose: 'sign-in' | 'link';
}

/** Leaves for the provider, and remembers with what to come back. */
export function leaveForProvider(errand: Errand, authorizationUrl: string): void {
  sessionStorage.setItem(key, JSON.stringify(errand));
  location.assign(authorizationUrl);
}

/** What the provider sent us back with, once; null when this tab never went there. Nothing of it stays in the address. */
export function takeReturn(): (Errand & { readonly returned: Record<string, string> }) | null {
  const returned = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, '', location.pathname);
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return kept === null ? null : { ...(JSON.parse(kept) as Errand), returned }; // written above, and no other page writes here
}
