import { memo } from 'react';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import { useEditing } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { hintsIn, usePreviews } from '../../state/previews.ts';
import { useSelection } from '../../state/selection.ts';
import { cx } from '../../ui/cx.ts';
import { StateMark } from './StateMark.tsx';
import { accessibleName, isEdited, shownState, showsHints } from './states.ts';
import styles from './Thumbnail.module.css';

/** One photo of the gallery: its picture, its name, its state. */
export const Thumbnail = memo(function Thumbnail({ id, position, total }: { id: string; position: number; total: number }) {
  const photo = useLibrary((state) => state.photos.get(id));
  const selected = useSelection((state) => state.ids.has(id));
  const active = useSelection((state) => state.active === id);
  const cursor = useSelection((state) => state.cursor === id);
  const draft = useEditing((state) => state.drafts.get(id));
  const gravest = usePreviews(({ previews }) => hintsIn(previews, id)[0] ?? null);
  if (photo === undefined) return null;
  const state = shownState(photo, isEdited(draft ?? photo.recipe));
  const hint = showsHints(state) ? gravest : null;
  const broken = photo.state === 'unreadable' || photo.state === 'missing';
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list holds the focus and names its active option.
    <div
      id={`photo-${id}`}
      data-photo={id}
      data-state={state}
      role="option"
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={position}
      aria-label={accessibleName({ ...photo, state }, hint)}
      className={cx(
        styles.thumbnail,
        selected && styles.selected,
        active && styles.active,
        cursor && styles.cursor,
        broken && styles.broken,
      )}
    >
      <div className={styles.frame}>
        {photo.state !== 'unreadable' && (
          <img className={styles.picture} src={pictureUrl('thumb', id, photo.revision)} alt="" decoding="async" draggable={false} />
        )}
        <StateMark photo={{ ...photo, state }} hint={hint} />
        {(photo.state === 'working' || photo.state === 'queued') && (
          <span className={styles.line}>
            <span className={styles.progress} style={{ transform: `scaleX(${photo.progress ?? 0})` }} />
          </span>
        )}
      </div>
      <span className={styles.name}>{photo.name}</span>
    </div>
  );
});
