import { useVirtualizer } from '@tanstack/react-virtual';
import { GalleryHorizontal, Grid2x2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useLibrary } from '../../state/library.ts';
import { clickPhoto, moveSelection, pointAt, selectAll, useSelection } from '../../state/selection.ts';
import { useLayout } from '../../state/view.ts';
import { IconButton } from '../../ui/controls/Button.tsx';
import { ContextMenu } from '../../ui/controls/Menu.tsx';
import { Slider } from '../../ui/controls/Slider.tsx';
import { ImportProblems } from '../EmptyStudio.tsx';
import styles from './Gallery.module.css';
import { columnsIn, pageStep } from './grid.ts';
import { usePhotoMenu } from './photo-menu.ts';
import { Thumbnail } from './Thumbnail.tsx';

const NAME_HEIGHT = 24;
/** Height of a thumbnail over its width: most photos lie on their side. */
const FRAME_RATIO = 3 / 4;

/** The photos as a grid or a strip, with what is selected and how large they are shown. */
export function Gallery() {
  const strip = useLayout((state) => state.gallery === 'strip');
  const selected = useSelection((state) => state.ids.size);
  const size = useLayout((state) => state.thumbnail);
  const importing = useLibrary((state) => state.importing);
  return (
    <section className={styles.gallery} aria-label="Photos" data-strip={strip || undefined}>
      <div className={styles.bar}>
        <span className={styles.count} role="status">
          {importing !== null && importing.total > 0 ? `Reading ${importing.done} of ${importing.total}` : `${selected} selected`}
        </span>
        {!strip && (
          <span className={styles.size}>
            <Slider
              label="Size of the thumbnails"
              min={72}
              max={280}
              step={4}
              value={size}
              onChange={(thumbnail) => useLayout.setState({ thumbnail })}
            />
          </span>
        )}
        <IconButton
          size="small"
          label={strip ? 'Show as a grid' : 'Show as a strip'}
          icon={strip ? <Grid2x2 size={14} strokeWidth={1.75} /> : <GalleryHorizontal size={14} strokeWidth={1.75} />}
          onClick={() => useLayout.setState({ gallery: strip ? 'grid' : 'strip' })}
        />
      </div>
      <ImportProblems />
      {strip ? <Strip /> : <Grid />}
      {!strip && <WidthHandle />}
    </section>
  );
}

function Grid() {
  const scroller = useRef<HTMLDivElement>(null);
  const visible = useLibrary((state) => state.visible);
  const wanted = useLayout((state) => state.thumbnail);
  const width = useWidth(scroller);
  const { columns, size } = columnsIn(width, wanted);
  const rows = useVirtualizer({
    count: Math.ceil(visible.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => Math.round(size * FRAME_RATIO) + NAME_HEIGHT,
    overscan: 4,
  });
  // Other thumbnails or another width: every row has another height.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rows` is the same object for ever; the size is what changes.
  useEffect(() => rows.measure(), [size, columns]);
  useFollowCursor((index) => rows.scrollToIndex(Math.floor(index / columns), { align: 'auto' }));
  return (
    <Listbox scroller={scroller} columns={columns}>
      <div className={styles.canvas} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={styles.row}
            role="presentation"
            style={{ transform: `translateY(${row.start}px)`, gridTemplateColumns: `repeat(${columns}, ${size}px)`, height: row.size }}
          >
            {visible.slice(row.index * columns, (row.index + 1) * columns).map((id, column) => (
              <Thumbnail key={id} id={id} position={row.index * columns + column + 1} total={visible.length} />
            ))}
          </div>
        ))}
      </div>
    </Listbox>
  );
}

const STRIP_SIZE = 104;

function Strip() {
  const scroller = useRef<HTMLDivElement>(null);
  const visible = useLibrary((state) => state.visible);
  const cells = useVirtualizer({
    count: visible.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: () => STRIP_SIZE + 6,
    overscan: 6,
  });
  useFollowCursor((index) => cells.scrollToIndex(index, { align: 'auto' }));
  return (
    <Listbox scroller={scroller} columns={1} horizontal>
      <div className={styles.canvas} style={{ width: cells.getTotalSize(), height: '100%' }}>
        {cells.getVirtualItems().map((cell) => {
          const id = visible[cell.index];
          return id === undefined ? null : (
            <div
              key={cell.key}
              className={styles.cell}
              role="presentation"
              style={{ transform: `translateX(${cell.start}px)`, width: STRIP_SIZE }}
            >
              <Thumbnail id={id} position={cell.index + 1} total={visible.length} />
            </div>
          );
        })}
      </div>
    </Listbox>
  );
}

interface ListboxProps {
  scroller: React.RefObject<HTMLDivElement | null>;
  columns: number;
  horizontal?: boolean;
  children: React.ReactNode;
}

/** The keyboard of the gallery. Focus stays on the list; the active photo is named by aria-activedescendant. */
function Listbox({ scroller, columns, horizontal = false, children }: ListboxProps) {
  const cursor = useSelection((state) => state.cursor);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      selectAll();
      return;
    }
    const page = pageStep(scroller.current?.clientHeight ?? 0, useLayout.getState().thumbnail * FRAME_RATIO + NAME_HEIGHT, columns);
    const all = useLibrary.getState().visible.length;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: horizontal ? -1 : -columns,
      ArrowDown: horizontal ? 1 : columns,
      PageUp: -page,
      PageDown: page,
      Home: -all,
      End: all,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveSelection(step, event.shiftKey);
  };
  return (
    <ContextMenu items={usePhotoMenu()}>
      <div
        ref={scroller}
        className={styles.scroller}
        data-horizontal={horizontal || undefined}
        role="listbox"
        aria-label="Photos"
        aria-multiselectable="true"
        aria-orientation={horizontal ? 'horizontal' : 'vertical'}
        aria-activedescendant={cursor === null ? undefined : `photo-${cursor}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-photo]') : null;
          const id = cell?.dataset['photo'];
          if (id === undefined) return;
          // The right button keeps a selection that it falls into.
          if (event.button !== 0 && useSelection.getState().ids.has(id)) pointAt(id);
          else clickPhoto(id, { toggle: event.ctrlKey || event.metaKey, range: event.shiftKey });
        }}
      >
        {children}
      </div>
    </ContextMenu>
  );
}

/** Scrolls to where the keyboard stands, whatever moved it there. */
function useFollowCursor(scrollTo: (index: number) => void): void {
  const cursor = useSelection((state) => state.cursor);
  const latest = useRef(scrollTo);
  latest.current = scrollTo;
  useEffect(() => {
    if (cursor === null) return;
    const index = useLibrary.getState().visible.indexOf(cursor);
    if (index >= 0) latest.current(index);
  }, [cursor]);
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => entry !== undefined && setWidth(entry.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

const NARROWEST = 180;
const WIDEST = 640;

/** The gallery's right edge: drag, or arrow keys, to make it wider. */
function WidthHandle() {
  const width = useLayout((state) => state.galleryWidth);
  const set = (next: number) => useLayout.setState({ galleryWidth: Math.min(WIDEST, Math.max(NARROWEST, next)) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved; this is ARIA's window splitter.
    <div
      role="separator"
      aria-label="Width of the gallery"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      className={styles.handle}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) =>
        event.currentTarget.hasPointerCapture(event.pointerId) && set(useLayout.getState().galleryWidth + event.movementX)
      }
      onDoubleClick={() => set(280)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') set(width - 16);
        if (event.key === 'ArrowRight') set(width + 16);
      }}
    />
  );
}
