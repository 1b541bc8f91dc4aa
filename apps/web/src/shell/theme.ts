import { useEffect, useState } from 'react';

type Theme = 'system' | 'light' | 'dark';
const storageKey = 'voiceassist.theme';
const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };

function stored(): Theme {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** The person's choice of light, dark or the system's own; kept on this device. */
export function useTheme() {
  const [theme, setTheme] = useState<Theme>(stored);
  useEffect(() => {
    localStorage.setItem(storageKey, theme);
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return { theme, change: () => setTheme(next[theme]) };
}
