import type { Batch } from '../../../shared/ipc/index.ts';
import { hasNews, useWish } from '../../state/appliable.ts';
import { isOver, useApplying } from '../../state/applying.ts';
import { useLibrary } from '../../state/library.ts';
import { Notice } from '../../ui/feedback/Feedback.tsx';
import styles from './ApplyBar.module.css';
import { Finished, Running, Waiting } from './BatchBar.tsx';
import { QuoteBar } from './QuoteBar.tsx';

/** The bottom bar: what applying does, batch by batch, what waits its turn, and what applying to the selection would cost. */
export function ApplyBar() {
  const batches = [...useApplying((state) => state.batches).values()];
  const open = batches.filter((batch) => !isOver(batch));
  const over = batches.filter(isOver);
  return (
    <section className={styles.bar} aria-label="Apply">
      {open.map((batch) => (
        <OpenBatch key={batch.id} batch={batch} alone={open.length === 1} />
      ))}
      {over.map((batch) => (
        <Finished key={batch.id} batch={batch} />
      ))}
      {over.length > 0 ? null : open.length === 0 ? <QuoteBar /> : <NextBatch />}
    </section>
  );
}

function OpenBatch({ batch, alone }: { batch: Batch; alone: boolean }) {
  return batch.state === 'running' && batch.ahead > 0 ? <Waiting batch={batch} /> : <Running batch={batch} alone={alone} />;
}

/** While batches are open: the price of another one as soon as something is selected that is not theirs; else what went wrong with a press. */
function NextBatch() {
  const wish = useWish();
  const isWished = useLibrary((state) => hasNews(wish, state.photos));
  const problem = useApplying((state) => state.problem);
  if (isWished) return <QuoteBar />;
  return problem === null ? null : (
    <div className={styles.row}>
      <Notice inline level="problem">
        {problem.message}
      </Notice>
    </div>
  );
}
