/** What runs by itself: the sweep, the chores beside it, the queue of generations. */
import { Chores } from '../chores.ts';
import { Generations } from '../generations/generations.ts';
import { Queue } from '../generations/queue.ts';
import { sweepAfterChange } from '../ledger/policy-changes.ts';
import { SickAccounts } from '../ledger/sick.ts';
import { Sweeper } from '../ledger/sweeper.ts';
import { Retention } from '../retention.ts';
import type { BillingParts } from './billing.ts';
import type { Foundation } from './foundation.ts';
import type { LedgerParts } from './ledger.ts';
import type { MessageParts } from './messages.ts';
import type { ReportingParts } from './reports.ts';
import type { Undo } from './undo.ts';

/** What an open server does by itself. */
export interface WorkParts {
  readonly generations: Generations;
  readonly chores: Chores;
  readonly sick: SickAccounts;
  readonly sweeper: Sweeper;
}

/** Puts it together, and starts it. */
export async function startWork(
  { options, db, clock, journal, policies, wake }: Foundation,
  { ledger, storage, operations, written }: LedgerParts,
  { automatic, renewals, payouts }: BillingParts,
  { messenger, forgetting }: Pick<MessageParts, 'messenger'> & Pick<ReportingParts, 'forgetting'>,
  undo: Undo,
): Promise<WorkParts> {
  const { pool, background } = db;
  const queue = undo.beside('queue of generations', new Queue({ pool, journal }), (opened) => opened.close());
  const generations = new Generations({ ledger, pool, clock, operations, queue });
  const retention = new Retention(background, clock, options.retentionDays);
  const chores = undo.beside(
    'chores',
    new Chores(
      [
        { name: 'forgetting old results', run: () => generations.forgetOldResults() },
        { name: 'collecting renewals', run: () => renewals.collect() },
        { name: 'automatic top-ups', run: () => automatic.collect() },
        { name: 'payouts', run: () => payouts.pay() },
        { name: 'retention', run: () => retention.prune() },
        { name: 'files of reports', run: () => forgetting.run() },
        { name: 'messages', run: () => messenger.run() },
      ],
      journal,
    ),
    (opened) => opened.close(),
  );
  const sick = new SickAccounts({ pool, background, clock, journal });
  await sick.review(policies);
  await sweepAfterChange(background, policies);
  const sweeper = undo.beside(
    'sweeper',
    new Sweeper({ ledger, storage, clock, sick, journal, swept: () => chores.startIdle() }),
    (opened) => opened.close(),
  );
  written.listen((accountId, seq) => wake.written(accountId, seq));
  written.listen((accountId) => messenger.scheduleLook(accountId));
  // A refused automatic purchase is no fault: the account simply stays low, and its alerts say so.
  written.listen((accountId) => automatic.startCheck(accountId));
  await wake.start();
  undo.did('wake listens');
  await generations.start();
  undo.did('generations run');
  sweeper.start();
  chores.start();
  undo.did('work runs');
  return { generations, chores, sick, sweeper };
}
