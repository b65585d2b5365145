import { useEffect } from 'react';
import { useLibrary } from '../state/library.ts';
import { select, useSelection } from '../state/selection.ts';
import { useLayout } from '../state/view.ts';
import { Skeleton } from '../ui/feedback/Feedback.tsx';
import { AgainDialog } from './apply/AgainDialog.tsx';
import { ApplyBar } from './apply/ApplyBar.tsx';
import { CanvasPane } from './canvas/CanvasPane.tsx';
import { EditPanel } from './EditPanel.tsx';
import { EmptyStudio, LibraryProblem } from './EmptyStudio.tsx';
import { Gallery } from './gallery/Gallery.tsx';
import { ProcessedPreview } from './process/ProcessedPreview.tsx';
import { RemovalDialog } from './RemovalDialog.tsx';
import { ReportDialog } from './report/ReportDialog.tsx';
import styles from './Studio.module.css';

/** The place where pictures are made: gallery, canvas, panel and the bar of Apply. */
export function Studio() {
  const loading = useLibrary((state) => state.loading);
  const empty = useLibrary((state) => state.order.length === 0);
  const strip = useLayout((state) => state.gallery === 'strip');
  const galleryWidth = useLayout((state) => state.galleryWidth);
  useFirstPhoto();
  if (loading.status === 'failed') return <LibraryProblem problem={loading.problem} />;
  if (loading.status === 'loading')
    return (
      <div className={styles.loading}>
        <Skeleton lines={6} height={56} label="Loading photos" />
      </div>
    );
  if (empty) return <EmptyStudio />;
  return (
    <main
      className={styles.studio}
      aria-label="Studio"
      data-gallery={strip ? 'strip' : 'grid'}
      style={{ '--gallery': `${galleryWidth}px` }}
    >
      <Gallery />
      <CanvasPane />
      <ProcessedPreview />
      <EditPanel />
      <ApplyBar />
      <AgainDialog />
      <ReportDialog />
      <RemovalDialog />
    </main>
  );
}

/** A studio with photos always has one on the canvas. */
function useFirstPhoto(): void {
  const first = useLibrary((state) => state.visible[0]);
  const active = useSelection((state) => state.active);
  useEffect(() => {
    if (active === null && first !== undefined) select(first);
  }, [active, first]);
}
