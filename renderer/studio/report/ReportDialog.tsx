import { type PointerEvent, useState } from 'react';
import type { Rect } from '../../../shared/edit/rect.ts';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { call } from '../../bridge.ts';
import { useLibrary } from '../../state/library.ts';
import { closeReport, useReporting } from '../../state/reporting.ts';
import { useConnection } from '../../state/wallet.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Problem } from '../../ui/feedback/Feedback.tsx';
import { say } from '../../ui/feedback/Toast.tsx';
import { Dialog } from '../../ui/layout/Dialog.tsx';
import { dragged } from './area.ts';
import { agreed, useDesk } from './desk.ts';
import { usuallyWithin } from './desk-sentences.ts';
import { Pictures } from './Pictures.tsx';
import styles from './ReportDialog.module.css';

/** Asks what is wrong with a finished picture, and where. Free. */
export function ReportDialog() {
  const photoId = useReporting((state) => state.photoId);
  const photo = useLibrary((state) => (photoId === null ? undefined : state.photos.get(photoId)));
  if (photo === undefined || photo.currentVersionId === null) return null;
  return <ReportForm key={photo.currentVersionId} photo={photo} versionId={photo.currentVersionId} />;
}

function ReportForm({ photo, versionId }: { photo: Photo; versionId: string }) {
  const [note, setNote] = useState('');
  const [area, setArea] = useState<Rect | null>(null);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [sending, setSending] = useState(false);
  const { desk } = useDesk();
  // Whoever agreed once is not asked each time.
  const withPictures = wanted ?? desk?.consent.given ?? false;
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const send = async () => {
    setSending(true);
    setProblem(null);
    if (withPictures && !(await agreed())) {
      setSending(false);
      return;
    }
    const answer = await call('reports.create', { photoId: photo.id, versionId, note: note.trim(), area, withPictures });
    setSending(false);
    if (!answer.ok) {
      setProblem(answer.error);
      return;
    }
    closeReport();
    say(
      answer.value.state === 'waiting' && useConnection.getState().state !== 'online'
        ? `${photo.name} will be reported once the network is back. Free.`
        : `${photo.name} reported. Free; the corrected picture is free too.`,
    );
  };
  return (
    <Dialog
      open
      wide
      onClose={closeReport}
      title={`Report ${photo.name}`}
      description={`Reporting is free, as often as needed. Staff correct the picture and it comes back free. ${(desk && usuallyWithin(desk)) ?? ''}`}
      actions={
        <>
          <Button onClick={closeReport}>Cancel</Button>
          <Button kind="primary" disabled={note.trim() === '' || sending} onClick={() => void send()}>
            {sending ? 'Sending' : 'Send report'}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <AreaPicker photo={photo} area={area} onChange={setArea} />
        <div className={styles.side}>
          <Note note={note} onChange={setNote} />
          <Mark area={area} onClear={() => setArea(null)} />
          <Pictures photo={photo} wanted={withPictures} onChange={setWanted} />
          {problem !== null && <Problem problem={problem} onRetry={() => void send()} />}
        </div>
      </div>
    </Dialog>
  );
}

function Note({ note, onChange }: { note: string; onChange: (note: string) => void }) {
  return (
    <>
      <label className={styles.label} htmlFor="report-note">
        What is wrong
      </label>
      <textarea
        id="report-note"
        className={styles.note}
        rows={4}
        maxLength={2000}
        value={note}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder="The mirror on the left is cut off."
      />
    </>
  );
}

function Mark({ area, onClear }: { area: Rect | null; onClear: () => void }) {
  return (
    <>
      <p className={styles.hint}>{area === null ? 'Drag on the picture to mark where.' : 'The marked area is sent with the note.'}</p>
      {area !== null && (
        <Button size="small" kind="quiet" onClick={onClear}>
          Clear the mark
        </Button>
      )}
    </>
  );
}

function AreaPicker({ photo, area, onChange }: { photo: Photo; area: Rect | null; onChange: (area: Rect | null) => void }) {
  const [start, setStart] = useState<{ x: number; y: number } | null>(null);
  const pointOf = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  return (
    <div
      className={styles.picture}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart(pointOf(event));
        onChange(null);
      }}
      onPointerMove={(event) => start !== null && onChange(dragged(start, pointOf(event)))}
      onPointerUp={() => setStart(null)}
    >
      <img src={pictureUrl('current', photo.id, photo.revision)} alt={photo.name} draggable={false} />
      {area !== null && (
        <div
          className={styles.area}
          style={{ left: `${area.x * 100}%`, top: `${area.y * 100}%`, width: `${area.width * 100}%`, height: `${area.height * 100}%` }}
        />
      )}
    </div>
  );
}
