import type { User } from '@voiceassist/contracts';
import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { PersonName } from '../audit/person-name.tsx';
import { useEverybody } from './everybody.ts';

const mostOffered = 6;

function found(people: readonly User[], text: string, chosen: readonly string[]): readonly User[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  return people.filter(({ userId, displayName, email, active }) => active && !chosen.includes(userId) && `${displayName} ${email}`.toLowerCase().includes(wanted)).slice(0, mostOffered);
}

/** Single people, searched by name or address; in a form under the name `person`. */
export function PeoplePicker({ chosen: before }: { readonly chosen: readonly string[] }) {
  const [chosen, setChosen] = useState(before);
  const [text, setText] = useState('');
  const [wantsPeople, setWantsPeople] = useState(false);
  const people = useEverybody(wantsPeople);
  const id = useId();
  const offered = found(people, text, chosen);
  const add = (userId: string) => {
    setChosen([...chosen, userId]);
    setText('');
  };
  return (
    <fieldset className="people-picker">
      <legend>And these people</legend>
      <ul className="chips" aria-label="Chosen people">
        {chosen.map((userId) => (
          <li key={userId} className="chip">
            <input type="hidden" name="person" value={userId} />
            <PersonName userId={userId} />
            <button type="button" className="icon" aria-label={`Remove ${people.find((person) => person.userId === userId)?.displayName ?? userId}`} onClick={() => setChosen(chosen.filter((each) => each !== userId))}><X aria-hidden /></button>
          </li>
        ))}
      </ul>
      <label className="stacked" htmlFor={id}>Add somebody</label>
      <input
        id={id} type="search" value={text} placeholder="Name or e-mail" autoComplete="off"
        onFocus={() => setWantsPeople(true)} onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault(); // saves nothing half chosen
          if (offered[0]) add(offered[0].userId);
        }}
      />
      <p role="status" className="quiet small">{text.trim() && offered.length === 0 ? 'Nobody found.' : ''}</p>
      <ul className="offers" aria-label="People found">
        {offered.map(({ userId, displayName, email }) => <li key={userId}><button type="button" onClick={() => add(userId)}><Plus aria-hidden /><span><strong>{displayName}</strong> <span className="quiet small">{email}</span></span></button></li>)}
      </ul>
    </fieldset>
  );
}
