import { BadgeCheck, Check, CircleDashed, Eye, FileX, Flag, ImageOff, Pencil, TriangleAlert } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Hint } from '../../../shared/edit/hints.ts';
import type { Photo, PhotoState } from '../../../shared/ipc/library.ts';
import { editedSinceLabel, hintLabels, showsEditedSince, stateLabels } from './states.ts';
import styles from './Thumbnail.module.css';

type Icon = ComponentType<{ size: number; strokeWidth: number }>;

/** One shape per state; the colour only repeats what the shape says. An original needs no mark. */
const marks: Readonly<Record<PhotoState, Icon | null>> = {
  original: null,
  previewed: Pencil,
  queued: CircleDashed,
  working: null,
  applied: Check,
  failed: TriangleAlert,
  reported: Flag,
  corrected: BadgeCheck,
  unreadable: ImageOff,
  missing: FileX,
};

/** The marks are for the eye: the thumbnail's name says the same. */
export function StateMark({ photo, hint }: { photo: Pick<Photo, 'state' | 'reported' | 'editedSince'>; hint: Hint | null }) {
  const { state, reported } = photo;
  const Mark = marks[state];
  return (
    <span className={styles.marks} aria-hidden="true">
      {hint !== null && (
        <span className={styles.mark} data-mark="hint" title={`worth a look: ${hintLabels[hint]}`}>
          <Eye size={11} strokeWidth={2} />
        </span>
      )}
      {showsEditedSince(photo) && (
        <span className={styles.mark} data-mark="edited" title={`${stateLabels[state]}, ${editedSinceLabel}`}>
          <Pencil size={10} strokeWidth={2} />
        </span>
      )}
      {reported && state !== 'reported' && (
        <span className={styles.mark} data-mark="reported" title={stateLabels.reported}>
          <Flag size={10} strokeWidth={2} />
        </span>
      )}
      {Mark !== null && (
        <span className={styles.mark} data-mark={state} title={stateLabels[state]}>
          <Mark size={state === 'previewed' ? 10 : 11} strokeWidth={state === 'previewed' ? 2 : 2.25} />
        </span>
      )}
    </span>
  );
}
