import { useEffect, useId } from 'react';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Problem, Skeleton } from '../../ui/feedback/Feedback.tsx';
import { loadDesk, useDesk, withdrawConsent } from './desk.ts';
import { sentTo, whatGoes } from './desk-sentences.ts';
import styles from './ReportDialog.module.css';

/** What goes along with a report, where to and for how long, and the account's consent to it. `wanted`: it goes along with this one. */
export function Pictures({ photo, wanted, onChange }: { photo: Photo; wanted: boolean; onChange: (wanted: boolean) => void }) {
  const { desk, problem, busy } = useDesk();
  const terms = useId();
  useEffect(() => void loadDesk(), []);
  if (desk === null && problem === null) return <Skeleton lines={3} />;
  if (desk === null)
    return (
      <>
        <p className={styles.hint}>The report goes without pictures: what happens to them cannot be asked now.</p>
        {problem !== null && <Problem problem={problem} onRetry={() => void loadDesk()} />}
      </>
    );
  return (
    <fieldset className={styles.pictures} disabled={busy}>
      <legend className={styles.label}>Pictures</legend>
      <label className={styles.check}>
        <input type="checkbox" checked={wanted} aria-describedby={terms} onChange={(event) => onChange(event.currentTarget.checked)} />
        {desk.consent.given ? 'Send them along' : 'Send them along; I agree for this account'}
      </label>
      <div className={styles.thumbs}>
        <figure>
          <img src={pictureUrl('original', photo.id, photo.revision)} alt="" />
          <figcaption>Original</figcaption>
        </figure>
        <figure>
          <img src={pictureUrl('current', photo.id, photo.revision)} alt="" />
          <figcaption>Finished</figcaption>
        </figure>
      </div>
      <p id={terms} className={styles.hint}>
        {whatGoes(desk)} {sentTo(desk)}
      </p>
      {desk.consent.given && (
        <Button size="small" kind="quiet" onClick={() => void withdrawConsent()}>
          Withdraw the consent
        </Button>
      )}
      {problem !== null && <Problem problem={problem} onRetry={() => void loadDesk()} />}
    </fieldset>
  );
}
