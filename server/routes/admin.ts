/** POST /v1/admin/accounts · …/{id}/grants · /v1/admin/clock · /v1/admin/sweep · GET /v1/admin/sick-accounts */
import { z } from 'zod';
import {
  accountAnswer,
  accountRequest,
  clockAnswer,
  clockRequest,
  grant,
  grantRequest,
  proposed,
  sickAccount,
  sickQuery,
  sweepAnswer,
} from '../../shared/api/index.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import type { Proposals } from '../admin/proposals.ts';
import type { Chores } from '../chores.ts';
import { rfc3339, type TestClock } from '../clock.ts';
import { type Witness, witness } from '../identity/audit.ts';
import type { Accounts } from '../ledger/opening.ts';
import type { SickAccounts } from '../ledger/sick.ts';
import type { Sweeper } from '../ledger/sweeper.ts';
import { Refusal } from '../problems.ts';
import { given } from './reply.ts';
import { byAccountId, forStaff, type Route } from './route.ts';

const SWEEP_MS = 3_600_000;

/** Opening accounts and giving them credit. */
export const openingRoutes = ({
  accounts,
  proposals,
}: {
  readonly accounts: Accounts;
  readonly proposals: Pick<Proposals, 'give'>;
}): Route[] => [
  forStaff('owner')('POST /v1/admin/accounts', {
    summary: 'Opens an account; with an opId the call may be repeated',
    body: accountRequest,
    answer: accountAnswer,
    handle: ({ staff, body }) => {
      const { opId: _, ...asked } = body;
      return accounts.open(body, witness(staff, 'account.open', asked), witness(staff, 'account.open.again', asked));
    },
  }),
  forStaff('support')('POST /v1/admin/accounts/:id/grants', {
    summary: 'Gives credit',
    params: byAccountId,
    body: grantRequest,
    answer: grant,
    later: proposed,
    handle: async ({ staff, params: { id: accountId }, body }) => {
      const act = (told: Witness) => accounts.grant(accountId, body, told);
      return given(await proposals.give(staff, { kind: 'grant', accountId, body }, act));
    },
  }),
];

/** What time brings, at once. `testClock`: null on a server whose clock is the system's. */
export const timeRoutes = ({
  testClock,
  sweeper,
  chores,
  sick,
}: {
  readonly testClock: TestClock | null;
  readonly sweeper: Pick<Sweeper, 'sweep'>;
  readonly chores: Pick<Chores, 'all'>;
  readonly sick: Pick<SickAccounts, 'list'>;
}): Route[] => [
  forStaff('owner')('POST /v1/admin/clock', {
    summary: 'Sets the test clock',
    body: clockRequest,
    answer: clockAnswer,
    handle: ({ body }) => {
      if (!testClock) throw new Refusal('forbidden', 'The clock can only be set on a server started with --test-clock.');
      testClock.set(parseInstant(body.now));
      return { now: rfc3339(testClock.now()) };
    },
  }),
  forStaff('owner')('POST /v1/admin/sweep', {
    summary: 'Writes down what time brought; changes nothing that anybody can see',
    answer: sweepAnswer,
    // As long as there are accounts to go through.
    timeoutMs: SWEEP_MS,
    handle: async () => {
      const swept = await sweeper.sweep();
      return { ...swept, failed: [...swept.failed], troubles: await chores.all() };
    },
  }),
  forStaff('read-only')('GET /v1/admin/sick-accounts', {
    summary: 'Accounts that cannot be swept, longest first: since when, why, and when they are tried again',
    query: sickQuery,
    answer: z.array(sickAccount),
    handle: ({ query }) => sick.list(query.after ?? null, query.limit),
  }),
];
