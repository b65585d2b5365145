import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Size } from '../../../shared/edit/placement.ts';
import { CROP_HANDLES, type CropBox, type CropHandle, dragged, kept, ratioOf } from '../../../shared/edit/processing/cropping.ts';
import { croppingOf, useCropping } from '../../state/cropping.ts';
import { cx } from '../../ui/cx.ts';
import styles from './Crop.module.css';

interface CropHandlesProps {
  stepKey: string;
  crop: CropBox;
  /** Of the picture that is cut, in its own pixels. */
  size: Size;
  onChange: (crop: CropBox) => void;
  /** Enter or Escape. */
  onDone: () => void;
}

const names: Readonly<Record<CropHandle, string>> = {
  inside: 'Crop',
  'top-left': 'Top left corner of the crop',
  top: 'Top edge of the crop',
  'top-right': 'Top right corner of the crop',
  right: 'Right edge of the crop',
  'bottom-right': 'Bottom right corner of the crop',
  bottom: 'Bottom edge of the crop',
  'bottom-left': 'Bottom left corner of the crop',
  left: 'Left edge of the crop',
};
const arrows: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const FAST = 10;

interface Drag {
  readonly pointer: number;
  readonly from: { readonly x: number; readonly y: number };
  readonly start: CropBox;
}

const share = (of: number, whole: number): string => `${(100 * of) / whole}%`;

/** Where a crop lies over its picture, for CSS. */
const placeOf = (box: CropBox, size: Size) => ({
  left: share(box.left, size.width),
  top: share(box.top, size.height),
  width: share(box.width, size.width),
  height: share(box.height, size.height),
});

/** The crop over the picture that it cuts: drag an edge, a corner or the inside, or move what has the focus with the arrow keys. */
export function CropHandles({ stepKey, crop, size, onChange, onDone }: CropHandlesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [said, say] = useState('');
  const { shape } = croppingOf(useCropping(), stepKey);
  const box = kept(crop, size);
  const held = ratioOf(shape, size);
  /** Shift keeps the shape that the crop has. */
  const ratio = (of: CropBox, shift: boolean): number | null => held ?? (shift ? of.width / of.height : null);
  const pixelsPerPoint = (): number => size.width / Math.max(1, frame.current?.clientWidth ?? 1);

  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { pointer: event.pointerId, from: { x: event.clientX, y: event.clientY }, start: box };
  };
  const onPointerMove = (event: PointerEvent<HTMLButtonElement>, handle: CropHandle) => {
    const now = drag.current;
    if (now === null || now.pointer !== event.pointerId) return;
    const k = pixelsPerPoint();
    const by = { x: (event.clientX - now.from.x) * k, y: (event.clientY - now.from.y) * k };
    onChange(dragged(now.start, handle, by, size, ratio(now.start, event.shiftKey)));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>, handle: CropHandle) => {
    const way = arrows[event.key];
    if (event.key === 'Enter' || event.key === 'Escape') onDone();
    else if (way !== undefined && !event.altKey) {
      // As far as can be seen; in a small picture pixel by pixel.
      const step = Math.max(1, Math.round(pixelsPerPoint())) * (event.ctrlKey || event.metaKey ? FAST : 1);
      const next = dragged(box, handle, { x: way.x * step, y: way.y * step }, size, ratio(box, event.shiftKey));
      onChange(next);
      say(`${next.width} × ${next.height} pixels, ${next.left} from the left, ${next.top} from the top`);
    } else return;
    // Elsewhere these keys mean photos.
    event.preventDefault();
    event.stopPropagation();
  };
  const place = placeOf(box, size);
  return (
    <div ref={frame} className={styles.frame}>
      <div className={styles.shade}>
        <div className={styles.hole} style={place} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid over a picture in every browser engine's layout. */}
      <div className={styles.box} style={place} role="group" aria-label="Crop">
        {CROP_HANDLES.map((handle) => (
          <button
            key={handle}
            type="button"
            className={cx(styles.handle, styles[handle])}
            aria-label={`${names[handle]}: ${box.width} × ${box.height} pixels`}
            aria-description="Arrow keys move it, with Control further; Shift keeps the shape; Enter ends"
            onPointerDown={onPointerDown}
            onPointerMove={(event) => onPointerMove(event, handle)}
            onPointerUp={() => {
              drag.current = null;
            }}
            onPointerCancel={() => {
              drag.current = null;
            }}
            onKeyDown={(event) => onKeyDown(event, handle)}
          />
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}
