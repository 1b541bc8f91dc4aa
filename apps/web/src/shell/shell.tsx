import { reachOf } from '@voiceassist/contracts';
import { FileText, Library, LayoutDashboard, LogOut, Menu, MessageSquarePlus, Moon, Scale, ScrollText, ShieldCheck, Siren, Sun, SunMoon, Users } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, NavLink } from 'react-router';
import { ConversationList } from '../ask/conversation-list.tsx';
import { EmergencyBanner } from '../emergency/emergency-banner.tsx';
import { useWaitingReviews } from '../emergency/waiting.ts';
import { useSession } from '../session/session.ts';
import { useTheme } from './theme.ts';

const themeIcons = { system: SunMoon, light: Sun, dark: Moon };

export function Shell({ children }: { readonly children: ReactNode }) {
  const { user, signOut } = useSession();
  const { theme, change } = useTheme();
  const [menuOpen, setMenuOpen] = useState(false);
  const ThemeIcon = themeIcons[theme];
  const waitingReviews = useWaitingReviews();
  const close = () => setMenuOpen(false);
  return (
    <div className="shell">
      <a className="skip" href="#main">Skip to content</a>
      <header className="top">
        <button className="icon only-narrow" aria-label="Menu" aria-expanded={menuOpen} aria-controls="navigation" onClick={() => setMenuOpen(!menuOpen)}><Menu /></button>
        <Link to="/" className="brand"><img src="/icon.svg" alt="" width="28" height="28" />VoiceAssist</Link>
        <span className="grow" />
        <button className="icon" aria-label={`Colours: ${theme}. Change`} title={`Colours: ${theme}`} onClick={change}><ThemeIcon /></button>
        <span className="quiet only-wide">{user?.displayName}</span>
        <button className="icon" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}><LogOut /></button>
      </header>
      <EmergencyBanner />
      <nav id="navigation" className={menuOpen ? 'side open' : 'side'} aria-label="Main" onClick={close}>
        {user && reachOf('answers.ask', user) && <NavLink to="/" end><MessageSquarePlus />New question</NavLink>}
        {user && reachOf('documents.read', user) && <NavLink to="/documents"><FileText />Documents</NavLink>}
        {user && reachOf('break-glass.use', user) && <NavLink to="/emergency" end><Siren />Emergency access</NavLink>}
        {user && reachOf('break-glass.review', user) && <NavLink to="/emergency/review"><Scale />Reviews{waitingReviews && <span className="badge off">{waitingReviews}<span className="visually-hidden"> waiting</span></span>}</NavLink>}
        {user && reachOf('audit.read', user) && <NavLink to="/audit"><ScrollText />Audit</NavLink>}
        {user && reachOf('collections.change', user) && <NavLink to="/collections"><Library />Collections</NavLink>}
        {user?.roles.includes('admin') && <NavLink to="/overview"><LayoutDashboard />Overview</NavLink>}
        {user && reachOf('people.read', user) && <NavLink to="/people"><Users />People</NavLink>}
        <NavLink to="/security"><ShieldCheck />Security</NavLink>
        {user && reachOf('conversations.read', user) && <ConversationList />}
      </nav>
      <main id="main" tabIndex={-1}>{children}</main>
    </div>
  );
}
