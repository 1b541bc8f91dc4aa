import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { AskPage } from './ask/ask-page.tsx';
import { DocumentsPage } from './documents/documents-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { SetUpPage } from './factors/set-up-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { useSession } from './session/session.ts';
import { Shell } from './shell/shell.tsx';

const DocumentPage = lazy(() => import('./viewer/document-page.tsx').then(({ DocumentPage }) => ({ default: DocumentPage })));

export function App() {
  const { user, mustEnrol, restoring } = useSession();
  if (restoring) return <p className="centred" role="status">Opening…</p>;
  if (!user) return <SignInPage />;
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
          {isAdministrator && <Route path="/overview" element={<OverviewPage />} />}
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
