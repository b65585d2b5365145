import { ChevronsLeftRight } from 'lucide-react';
import type { KeyboardEvent, PointerEvent, RefObject } from 'react';
import type { Rect } from '../../../shared/edit/rect.ts';
import { useCanvas } from '../../state/canvas.ts';
import styles from './CanvasPane.module.css';

const set = (split: number): void => useCanvas.setState({ split: Math.min(1, Math.max(0, split)) });

/** The line between before and after. */
export function SplitHandle({ frame, split, host }: { frame: Rect; split: number; host: RefObject<HTMLDivElement | null> }) {
  const x = (frame.x + split * frame.width) / devicePixelRatio;
  const move = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const left = host.current?.getBoundingClientRect().left ?? 0;
    set(((event.clientX - left) * devicePixelRatio - frame.x) / frame.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    if (event.key === 'ArrowLeft') set(split - step);
    else if (event.key === 'ArrowRight') set(split + step);
    else if (event.key === 'Home') set(0);
    else if (event.key === 'End') set(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Before and after"
      aria-valuenow={Math.round(split * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={`${Math.round(split * 100)} percent original`}
      className={styles.split}
      style={{ transform: `translateX(${x}px)`, top: Math.max(0, frame.y / devicePixelRatio), height: frame.height / devicePixelRatio }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onDoubleClick={() => set(0.5)}
      onKeyDown={onKeyDown}
    >
      <span className={styles.knob}>
        <ChevronsLeftRight size={16} strokeWidth={1.75} />
      </span>
      <span className={styles.side} data-side="before">
        Before
      </span>
      <span className={styles.side} data-side="after">
        After
      </span>
    </div>
  );
}
