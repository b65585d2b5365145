import { useEffect, useMemo } from 'react';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import type { ProcessingCost, ProcessingRun } from '../../../shared/ipc/processing.ts';
import { useLibrary } from '../../state/library.ts';
import { askCost, cancelRun, dismissRun, startRun, useCost, useRuns } from '../../state/processing.ts';
import { selectedInOrder, useSelection } from '../../state/selection.ts';
import { useConnection, useWallet } from '../../state/wallet.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Notice, Problem } from '../../ui/feedback/Feedback.tsx';
import { ProblemList } from '../../ui/feedback/ProblemList.tsx';
import { Progress } from '../../ui/feedback/Progress.tsx';
import { count, formatWithUnit } from '../../ui/figures/amounts.ts';
import panel from '../panel/EditPanel.module.css';
import { heldText, sizeText, turnText } from '../queue-text.ts';
import styles from './Process.module.css';

/** The way out: how the runs go and which wait their turn, what another one costs, and the button. */
export function ExportProcessed({ chain }: { chain: Chain }) {
  const selection = useSelection();
  const visible = useLibrary((state) => state.visible);
  const photos = useLibrary((state) => state.photos);
  const { runs, problem } = useRuns();
  const ids = useMemo(() => selectedInOrder(selection, visible), [selection, visible]);
  const seq = useWallet((state) => state.wallet?.seq);
  const connection = useConnection((state) => state.state);
  const cost = useCost((state) => state.cost);
  const kinds = chain.map(({ kind }) => kind).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a price depends on which steps there are and how many photos; settings cost nothing.
  useEffect(() => void askCost(ids.length, chain), [kinds, ids.length, seq, connection]);
  const results = ids.filter((id) => photos.get(id)?.currentVersionId != null).length;
  return (
    <div className={styles.out}>
      {runs.size > 0 && (
        <ol className={styles.runs} aria-label="Runs">
          {[...runs.values()].map((run) => (
            <li key={run.id} className={styles.run}>
              <Run run={run} />
            </li>
          ))}
        </ol>
      )}
      <p className={panel.hint}>{whatIsTaken(results, ids.length - results)}</p>
      {cost !== null && cost.refusal === null && <CostLine cost={cost} steps={chain.length} />}
      {cost !== null && cost.refusal !== null && <Problem problem={cost.refusal} />}
      <Button disabled={ids.length === 0 || cost === null || cost.refusal !== null} onClick={() => void startRun(ids, chain)}>
        Export {ids.length === 1 ? 'the processed photo' : `${ids.length} processed photos`}
      </Button>
      {problem !== null && <Problem problem={problem} />}
    </div>
  );
}

/** What a photo shows now: its result, or the original where nothing has been applied. */
function whatIsTaken(results: number, originals: number): string {
  const taken = [
    ...(results > 0 ? [results === 1 ? 'the applied result' : count(results, 'applied result')] : []),
    ...(originals > 0 ? [originals === 1 ? 'the original' : count(originals, 'original')] : []),
  ];
  return taken.length === 0 ? 'No photo is selected.' : `Takes ${taken.join(' and ')}.`;
}

function CostLine({ cost, steps }: { cost: ProcessingCost; steps: number }) {
  const unit = useWallet((state) => state.wallet?.unit);
  if (cost.free || unit === undefined) return <p className={panel.hint}>Free: nothing is charged for processing.</p>;
  const each = formatWithUnit(cost.each, unit);
  return (
    <p className={styles.cost}>
      {count(steps, 'step')} · {cost.photos === 1 ? each : `${each} per photo, ${formatWithUnit(cost.total, unit)} in all`}
    </p>
  );
}

function Run({ run }: { run: ProcessingRun }) {
  if (run.summary !== null) return <Finished run={run} />;
  return run.state === 'running' && run.ahead > 0 && !run.waiting ? <Waiting run={run} /> : <Running run={run} />;
}

function Running({ run }: { run: ProcessingRun }) {
  const over = run.done + run.failed;
  return (
    <>
      <p className={styles.cost} role="status">
        {whatGoesOn(run)}
      </p>
      {run.resumed && <p className={panel.hint}>It was interrupted when Backlot ended, and goes on where it was.</p>}
      <Progress label="Processing" done={over} total={run.total} />
      <Button disabled={run.state === 'cancelled'} onClick={() => void cancelRun(run.id)}>
        Cancel
      </Button>
    </>
  );
}

/** It was asked for while others are made: nothing more of it is charged meanwhile, and it is cancelled by itself. */
function Waiting({ run: { id, total, done, failed, unpaid, ahead, held, free } }: { run: ProcessingRun }) {
  const left = total - done - failed - unpaid;
  return (
    <>
      <p className={styles.cost}>{turnText(ahead)}</p>
      <p className={panel.hint}>{`${sizeText(left, total)} · ${free ? 'free' : heldText(held, left)}`}</p>
      <Button aria-label={`Cancel the run of ${count(total, 'photo')} that waits its turn`} onClick={() => void cancelRun(id)}>
        Cancel
      </Button>
    </>
  );
}

function whatGoesOn({ state, waiting, total, done, failed, unpaid }: ProcessingRun): string {
  if (state === 'cancelled') return 'Finishing what was begun';
  const at = `${Math.min(total, done + failed + 1)} of ${count(total, 'photo')}`;
  if (unpaid > 0 && done + failed + unpaid === total)
    return `${count(unpaid, 'photo')} made, not paid: saved once there is credit, discarded if you cancel`;
  return waiting ? `Waiting for the credit server before ${at}` : `Processing ${at}`;
}

/** Stands where the progress stood, so that it is seen without scrolling. */
function Finished({ run }: { run: ProcessingRun }) {
  return (
    <>
      <Notice level={run.failed > 0 ? 'warning' : 'info'}>{run.summary}</Notice>
      <div className={styles.answers}>
        <ProblemList problems={run.problems} total={run.failed} size="small" />
        <Button size="small" onClick={() => dismissRun(run.id)}>
          Done
        </Button>
      </div>
    </>
  );
}
