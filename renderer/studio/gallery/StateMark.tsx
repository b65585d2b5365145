import { BadgeCheck, Check, Circle, CircleDashed, FileX, Flag, ImageOff, TriangleAlert } from 'lucide-react';
import type { ComponentType } from 'react';
import type { PhotoState } from '../../../shared/ipc/library.ts';
import styles from './Thumbnail.module.css';

type Icon = ComponentType<{ size: number; strokeWidth: number }>;

/** One shape per state; the colour only repeats what the shape says. An original needs no mark. */
const marks: Readonly<Record<PhotoState, Icon | null>> = {
  original: null,
  previewed: Circle,
  queued: CircleDashed,
  working: null,
  applied: Check,
  failed: TriangleAlert,
  reported: Flag,
  corrected: BadgeCheck,
  unreadable: ImageOff,
  missing: FileX,
};

export function StateMark({ state, reported }: { state: PhotoState; reported: boolean }) {
  const Mark = marks[state];
  return (
    <span className={styles.marks} aria-hidden="true">
      {reported && state !== 'reported' && (
        <span className={styles.mark} data-mark="reported">
          <Flag size={10} strokeWidth={2} />
        </span>
      )}
      {Mark !== null && (
        <span className={styles.mark} data-mark={state}>
          <Mark size={state === 'previewed' ? 8 : 11} strokeWidth={2.25} />
        </span>
      )}
    </span>
  );
}
