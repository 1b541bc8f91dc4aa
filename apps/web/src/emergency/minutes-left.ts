import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ownEmergencyKey } from './own-emergency.ts';

const lookEveryMs = 10_000;
const minuteMs = 60_000;
const minutesUntil = (instant: string) => Math.max(Math.ceil((new Date(instant).getTime() - Date.now()) / minuteMs), 0);

/** Minutes until then, rounded up; asks the server again when none are left. */
export function useMinutesLeft(endsAt: string): number {
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState(() => minutesUntil(endsAt));
  useEffect(() => {
    const look = () => setMinutes(minutesUntil(endsAt));
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [endsAt]);
  useEffect(() => {
    if (minutes === 0) void queries.invalidateQueries({ queryKey: ownEmergencyKey });
  }, [minutes, queries]);
  return minutes;
}
