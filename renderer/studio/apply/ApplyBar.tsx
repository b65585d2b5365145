import { useApplying } from '../../state/applying.ts';
import styles from './ApplyBar.module.css';
import { BatchBar } from './BatchBar.tsx';
import { QuoteBar } from './QuoteBar.tsx';

/** The bottom bar: what applying would cost, or what it is doing. */
export function ApplyBar() {
  const batch = useApplying((state) => (state.shown === null ? undefined : state.batches.get(state.shown)));
  return (
    <section className={styles.bar} aria-label="Apply">
      {batch === undefined ? <QuoteBar /> : <BatchBar batch={batch} />}
    </section>
  );
}
