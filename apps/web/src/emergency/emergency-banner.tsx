import type { EmergencyAccess } from '@voiceassist/contracts';
import { Siren } from 'lucide-react';
import { useAction } from '../shell/use-action.ts';
import { useMinutesLeft } from './minutes-left.ts';
import { useChangeEmergency, useOwnEmergency } from './own-emergency.ts';

/** Stands over every page for as long as the session has emergency access. */
export function EmergencyBanner() {
  const emergency = useOwnEmergency();
  return emergency && <ActiveEmergency emergency={emergency} />;
}

function ActiveEmergency({ emergency: { collectionName: name, endsAt } }: { readonly emergency: EmergencyAccess }) {
  const { end } = useChangeEmergency();
  const { act, problem, busy } = useAction();
  const minutes = useMinutesLeft(endsAt);
  return (
    <div className="emergency-banner" role="status" aria-label="Emergency access">
      <Siren aria-hidden />
      <p className="grow">
        <strong>Emergency access</strong> to {name ? <strong dir="auto">{name}</strong> : 'one collection'} <span className="only-wide">· everything is recorded</span>{' '}
        {/* a reader of screens is told once, not every minute */}
        <span aria-live="off" className="nowrap"><span className="only-wide">· </span>{minutes} {minutes === 1 ? 'minute' : 'minutes'} left</span>
        {problem && <span role="alert"> · {problem}</span>}
      </p>
      <button disabled={busy} onClick={() => act(end)}>{busy ? 'Ending…' : 'End now'}</button>
    </div>
  );
}
