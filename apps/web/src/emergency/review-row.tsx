import { auth, type EmergencyAccess, EmergencyReview, reachOf } from '@voiceassist/contracts';
import { type FormEvent } from 'react';
import { Link } from 'react-router';
import { PersonName } from '../audit/person-name.tsx';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

interface ReviewRowProps {
  readonly emergency: EmergencyAccess;
  readonly onChanged: () => void;
}

const verdicts: Record<EmergencyReview['verdict'], string> = { justified: 'Justified', 'not-justified': 'Not justified' };

function StateOf({ active, review, reviewDueAt }: EmergencyAccess) {
  if (active) return <span className="badge off">open now</span>;
  if (!review && new Date(reviewDueAt) < new Date()) return <span className="badge off">waits for review, overdue since {dateAndTime(reviewDueAt)}</span>;
  if (!review) return <span className="badge off">waits for review</span>;
  return <span className={review.verdict === 'justified' ? 'badge' : 'badge off'}>{verdicts[review.verdict].toLowerCase()}</span>;
}

function EndNow({ emergency: { emergencyId }, onChanged }: ReviewRowProps) {
  const { client } = useSession();
  const { act, problem, busy } = useAction(onChanged);
  return (
    <>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button disabled={busy} onClick={() => act(() => client.request(auth.revokeEmergency, { emergencyId }))}>{busy ? 'Ending…' : 'End it now'}</button><span className="quiet small">It can be reviewed when it has ended.</span></div>
    </>
  );
}

function ReviewForm({ emergency: { emergencyId }, onChanged }: ReviewRowProps) {
  const { client } = useSession();
  const { act, problem, busy } = useAction(onChanged);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const verdict = EmergencyReview.shape.verdict.parse(fields.get('verdict'));
    act(() => client.request(auth.reviewEmergency, { emergencyId, verdict, note: fields.get('note') as string })); // a text area
  };
  return (
    <form className="review-form" onSubmit={submit} aria-label="Your judgement">
      <fieldset>
        <legend>Your judgement</legend>
        <div className="checks">
          {EmergencyReview.shape.verdict.options.map((verdict) => <label key={verdict}><input type="radio" name="verdict" value={verdict} required />{verdicts[verdict]}</label>)}
        </div>
      </fieldset>
      <label className="stacked">Note<textarea name="note" rows={2} required maxLength={2000} placeholder="What you found out, and from whom" /></label>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button className="primary" disabled={busy}>{busy ? 'Saving…' : 'Save the review'}</button></div>
    </form>
  );
}

/** One emergency access: who, when, why, what came of it, and what is still to be done. */
export function ReviewRow({ emergency, onChanged }: ReviewRowProps) {
  const { user } = useSession();
  const { userId, collectionId, collectionName, reason, patient, openedAt, endsAt, active, review } = emergency;
  const isOwn = user?.userId === userId;
  const within = new URLSearchParams({ actorUserId: userId, from: openedAt, to: endsAt });
  return (
    <li className="card">
      <div className="row">
        <h2 className="grow"><PersonName userId={userId} /> opened {collectionName ? <span dir="auto">{collectionName}</span> : <>collection <code title={collectionId}>{collectionId.slice(0, 8)}</code></>}</h2>
        <StateOf {...emergency} />
      </div>
      <p className="quiet small">{dateAndTime(openedAt)} to {dateAndTime(endsAt)}</p>
      {patient && <p>For patient <strong dir="auto">{patient}</strong></p>}
      <blockquote dir="auto">{reason}</blockquote>
      {user && reachOf('audit.read', user) && <p><Link to={`/audit?${within.toString()}`}>What was done meanwhile</Link></p>}
      {review && <p><strong>{verdicts[review.verdict]}</strong>, says <PersonName userId={review.reviewedBy} /> on {dateAndTime(review.reviewedAt)}: <span dir="auto">{review.note}</span></p>}
      {active && <EndNow emergency={emergency} onChanged={onChanged} />}
      {!active && !review && (isOwn ? <p className="quiet">Somebody else has to review your own.</p> : <ReviewForm emergency={emergency} onChanged={onChanged} />)}
    </li>
  );
}
