import { Plus, X } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { type DragEvent, type ReactNode, useEffect, useRef } from 'react';
import { specOf } from '../../../shared/edit/backdrops/backdrop.ts';
import type { BuiltInBackground } from '../../../shared/edit/recipe.ts';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { Asset } from '../../../shared/ipc/library.ts';
import { call, pathOf } from '../../bridge.ts';
import { ContextMenu } from '../../ui/controls/Menu.tsx';
import { cx } from '../../ui/cx.ts';
import { paintshop } from '../canvas/paintshop.ts';
import styles from './EditPanel.module.css';

interface SwatchesProps {
  label: string;
  /** The value of the chosen swatch. */
  value: string;
  onChange: (value: string) => void;
  onAdd: () => void;
  onDropFiles: (paths: string[]) => void;
  children: ReactNode;
}

/** A group of swatches: arrow keys move between them, files dropped on it are added. */
export function Swatches({ label, value, onChange, onAdd, onDropFiles, children }: SwatchesProps) {
  const onDrop = (event: DragEvent<HTMLDivElement>) => {
    event.preventDefault();
    onDropFiles([...event.dataTransfer.files].map(pathOf).filter((path) => path !== ''));
  };
  return (
    <RadioGroup.Root
      aria-label={label}
      className={styles.swatches}
      data-own-drop
      value={value}
      onValueChange={onChange}
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
    </RadioGroup.Root>
  );
}

/** One choice among swatches, with its name for screen readers and as a tooltip. */
export function Swatch({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <RadioGroup.Item value={value} aria-label={label} title={label} className={styles.swatch}>
      {children}
    </RadioGroup.Item>
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
  return <canvas ref={canvas} />;
}

/** A file that the user added. Delete, or the menu behind the right button, takes it away. */
export function AssetSwatch({ asset, value }: { asset: Asset; value: string }) {
  const remove = () => void call('assets.remove', { assetId: asset.id });
  return (
    <ContextMenu items={[{ label: `Remove ${asset.name}`, danger: true, onSelect: remove }]}>
      <RadioGroup.Item
        value={value}
        aria-label={asset.name}
        title={asset.name}
        className={cx(styles.swatch, asset.kind === 'logo' && styles.logo)}
        onKeyDown={(event) => event.key === 'Delete' && remove()}
      >
        <img src={pictureUrl('asset', asset.id)} alt="" draggable={false} />
      </RadioGroup.Item>
    </ContextMenu>
  );
}

/** The checks that stand for nothing behind the subject. */
export const ClearMark = () => <span className={styles.clear} />;

/** What the swatch for nothing shows. */
export const NoneMark = () => <X size={16} strokeWidth={1.5} />;
