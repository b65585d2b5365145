import { Plus, X } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import type { BuiltInBackground } from '../../../shared/edit/recipe.ts';
import type { Asset } from '../../../shared/ipc/library.ts';
import { pictureUrl } from '../../../shared/ipc.ts';
import { call, pathOf } from '../../bridge.ts';
import { cx } from '../../ui/cx.ts';
import { ContextMenu } from '../../ui/Menu.tsx';
import { paintshop } from '../canvas/paintshop.ts';
import styles from './EditPanel.module.css';

interface SwatchProps {
  label: string;
  chosen: boolean;
  onChoose: () => void;
  className?: string | undefined;
  children: ReactNode;
}

export function Swatch({ label, chosen, onChoose, className, children }: SwatchProps) {
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      aria-label={label}
      title={label}
      className={cx(styles.swatch, className)}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}

/** A group of swatches: arrow keys move between them, files dropped on it are added. */
export function Swatches({
  label,
  onAdd,
  onDropFiles,
  children,
}: {
  label: string;
  onAdd: () => void;
  onDropFiles: (paths: string[]) => void;
  children: ReactNode;
}) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -4, ArrowDown: 4 }[event.key];
    if (step === undefined) return;
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
    const at = all.indexOf(document.activeElement as HTMLElement); // -1 when the focus is elsewhere
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
    event.preventDefault();
  };
  const onDrop = (event: DragEvent<HTMLDivElement>) => {
    event.preventDefault();
    onDropFiles([...event.dataTransfer.files].map(pathOf).filter((path) => path !== ''));
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={styles.swatches}
      data-own-drop
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      {children}
      <button
        type="button"
        className={styles.swatch}
        aria-label={`Add ${label.toLowerCase()}`}
        title="Add a file, or drop it here"
        onClick={onAdd}
      >
        <Plus size={16} strokeWidth={1.5} />
      </button>
    </div>
  );
}

/** A built-in backdrop, drawn by the same code as the export. */
export function BackdropThumbnail({ background }: { background: BuiltInBackground }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const key = JSON.stringify(specOf(background));
  useEffect(() => {
    let gone = false;
    const size = { width: Math.round(64 * devicePixelRatio), height: Math.round(48 * devicePixelRatio) };
    paintshop.ask(
      null,
      () => ({ kind: 'backdrop', spec: JSON.parse(key) as ReturnType<typeof specOf>, size }), // the key is the spec, as text
      (bitmap) => {
        const element = canvas.current;
        if (gone || element === null) return bitmap.close();
        element.width = size.width;
        element.height = size.height;
        element.getContext('2d')?.drawImage(bitmap, 0, 0);
        bitmap.close();
      },
    );
    return () => {
      gone = true;
    };
  }, [key]);
  return <canvas ref={canvas} aria-hidden="true" />;
}

export function AssetSwatch({
  asset,
  chosen,
  onChoose,
  logo = false,
}: {
  asset: Asset;
  chosen: boolean;
  onChoose: () => void;
  logo?: boolean;
}) {
  const remove = () => void call('assets.remove', { assetId: asset.id });
  return (
    <ContextMenu items={[{ label: `Remove ${asset.name}`, danger: true, onSelect: remove }]}>
      <button
        type="button"
        role="radio"
        aria-checked={chosen}
        aria-label={asset.name}
        title={asset.name}
        className={cx(styles.swatch, logo && styles.logo)}
        onClick={onChoose}
        onKeyDown={(event) => event.key === 'Delete' && remove()}
      >
        <img src={pictureUrl('asset', asset.id)} alt="" draggable={false} />
      </button>
    </ContextMenu>
  );
}

export const NoneMark = () => <X size={16} strokeWidth={1.5} />;
