import { reachOf } from '@voiceassist/contracts';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router';
import { AskPage } from './ask/ask-page.tsx';
import { DocumentsPage } from './documents/documents-page.tsx';
import { SetUpPage } from './factors/set-up-page.tsx';
import { LinkPage } from './links/link-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { OwnPasswordPage } from './session/own-password-page.tsx';
import { ProviderReturnPage } from './session/provider-return-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { useSession } from './session/session.ts';
import { Shell } from './shell/shell.tsx';

const DocumentPage = lazy(() => import('./viewer/document-page.tsx').then(({ DocumentPage }) => ({ default: DocumentPage })));

const AuditPage = lazy(() => import('./audit/audit-page.tsx').then(({ AuditPage }) => ({ default: AuditPage })));
const CollectionsPage = lazy(() => import('./collections/collections-page.tsx').then(({ CollectionsPage }) => ({ default: CollectionsPage })));
const EmergencyPage = lazy(() => import('./emergency/emergency-page.tsx').then(({ EmergencyPage }) => ({ default: EmergencyPage })));
const PeoplePage = lazy(() => import('./people/people-page.tsx').then(({ PeoplePage }) => ({ default: PeoplePage })));
const ReviewPage = lazy(() => import('./emergency/review-page.tsx').then(({ ReviewPage }) => ({ default: ReviewPage })));
const SecurityPage = lazy(() => import('./security/security-page.tsx').then(({ SecurityPage }) => ({ default: SecurityPage })));

export function App() {
  const { user, mustChangePassword, mustEnrol, restoring } = useSession();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  if (pathname === '/link') return <LinkPage onLeave={() => void navigate('/', { replace: true })} />;
  if (restoring) return <p className="centred" role="status">Opening…</p>;
  if (pathname.startsWith('/sign-in/')) return <ProviderReturnPage onLeave={(to) => void navigate(to, { replace: true })} />;
  if (!user) return <SignInPage />;
  if (mustChangePassword) return <OwnPasswordPage user={user} />;
  if (mustEnrol) return <SetUpPage />;
  const isAdministrator = user.roles.includes('admin');
  return (
    <Shell>
      <Suspense fallback={<p className="centred" role="status">Opening…</p>}>
        <Routes>
          {/* one element for both, so that a first answer goes on streaming while its conversation gets an address */}
          <Route element={<AskPage />}>
            <Route path="/" />
            <Route path="/c/:conversationId" />
          </Route>
          <Route path="/documents" element={<DocumentsPage />} />
          <Route path="/documents/:documentId" element={<DocumentPage />} />
          <Route path="/security" element={<SecurityPage />} />
          {reachOf('people.read', user) && <Route path="/people" element={<PeoplePage />} />}
          {reachOf('break-glass.use', user) && <Route path="/emergency" element={<EmergencyPage />} />}
          {reachOf('break-glass.review', user) && <Route path="/emergency/review" element={<ReviewPage />} />}
          {reachOf('audit.read', user) && <Route path="/audit" element={<AuditPage />} />}
          {reachOf('collections.change', user) && <Route path="/collections" element={<CollectionsPage />} />}
          {isAdministrator && <Route path="/overview" element={<OverviewPage />} />}
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
