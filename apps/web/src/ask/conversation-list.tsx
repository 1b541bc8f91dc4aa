import { useQuery } from '@tanstack/react-query';
import { rag } from '@voiceassist/contracts';
import { NavLink } from 'react-router';
import { useSession } from '../session/session.ts';

export const conversationsKey = ['conversations'] as const;

export function ConversationList() {
  const { client } = useSession();
  const { data } = useQuery({ queryKey: conversationsKey, queryFn: ({ signal }) => client.request(rag.listConversations, { pageSize: 50 }, { signal }) });
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-label="Earlier questions" className="history">
      <h2>Earlier</h2>
      {data.items.map(({ conversationId, title }) => (
        <NavLink key={conversationId} to={`/c/${conversationId}`} title={title}>{title || 'Untitled'}</NavLink>
      ))}
    </section>
  );
}
