import { useEffect, useState } from 'react';
import { pathOf } from '../bridge.ts';
import { importPaths } from '../state/library.ts';
import { selectMany } from '../state/selection.ts';
import { goTo } from '../state/view.ts';
import styles from './DropTarget.module.css';

/** Elements that take dropped files themselves (backgrounds, logos) carry this attribute. */
const OWN_DROP = 'data-own-drop';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
const isOwn = (event: DragEvent): boolean => event.target instanceof Element && event.target.closest(`[${OWN_DROP}]`) !== null;

/** The whole window takes photos and folders of photos. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // relatedTarget is null only when the pointer enters or leaves the window.
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(!isOwn(event));
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = async (event: DragEvent) => {
      setOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (isOwn(event)) return;
      const paths = [...(event.dataTransfer?.files ?? [])].map(pathOf).filter((path) => path !== '');
      goTo('studio');
      const ids = await importPaths(paths);
      if (ids.length > 0) selectMany(ids);
    };
    const onDrop = (event: DragEvent) => void drop(event);
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles.target} role="status">
      <p className={styles.title}>Drop photos or folders</p>
      <p className={styles.text}>They stay where they are; nothing is changed or charged.</p>
    </div>
  );
}
