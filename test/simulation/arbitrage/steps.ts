/** Sequences of acts at telling moments: single ones, and the gambits by which credit was had for nothing before, with their parts left open. */
import fc from 'fast-check';
import type { Instant, Policy } from '../../../shared/credits/index.ts';
import { parseInstant } from '../../../shared/credits/model/instants.ts';
import { instant } from '../../quantities.ts';
import { ACTS, type ActName } from './acts.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Until when to wait before the act. */
const MOMENTS = [
  'at once',
  'a millisecond later',
  'an hour later',
  'a day later',
  'some days later',
  'halfway through the period',
  'just before the renewal',
  'at the renewal',
  'just after the renewal',
  'just before the year is over',
  'when work times out',
  'just before credit lapses',
  'when credit lapses',
  'a month later',
] as const;
type Moment = (typeof MOMENTS)[number];

export interface Step {
  readonly when: Moment;
  readonly act: ActName;
  readonly a: number;
  readonly b: number;
}

/** Never before now, and never more than 400 days away. */
export function momentOf({ state, now }: World, when: Moment, b: number): Instant {
  const end = state.subscription?.cycle.end;
  const period = state.subscription?.period;
  const lapses = [...state.grants.values()].flatMap(({ available, expiresAt }) =>
    available > 0n && expiresAt !== null ? [expiresAt] : [],
  );
  const at: Record<Moment, number | undefined> = {
    'at once': now,
    'a millisecond later': now + 1,
    'an hour later': now + HOUR_MS,
    'a day later': now + DAY_MS,
    'some days later': now + (b % 16) * DAY_MS,
    'halfway through the period': period && (period.start + period.end - ((period.start + period.end) % 2)) / 2,
    'just before the renewal': end && end - 1,
    'at the renewal': end,
    'just after the renewal': end && end + 1,
    'just before the year is over': period && period.end - 60_000,
    'when work times out': state.nextTimeoutAt ?? undefined,
    'just before credit lapses': lapses.length === 0 ? undefined : Math.min(...lapses) - 1,
    'when credit lapses': lapses.length === 0 ? undefined : Math.min(...lapses),
    'a month later': now + 31 * DAY_MS,
  };
  return instant(Math.min(Math.max(at[when] ?? now, now), now + 400 * DAY_MS));
}

const moment = fc.oneof({ weight: 5, arbitrary: fc.constant<Moment>('at once') }, { weight: 4, arbitrary: fc.constantFrom(...MOMENTS) });
const number = fc.nat(60);
const step = (act: fc.Arbitrary<ActName>): fc.Arbitrary<Step> => fc.record({ when: moment, act, a: number, b: number });

/** Each part: one of these. */
const GAMBITS: readonly (readonly (readonly ActName[])[])[] = [
  [['buy'], ['hold all', 'hold'], ['refund', 'goodwill', 'chargeback'], ['fail all work', 'end all work', 'fail', 'settle'], ['spend all']],
  [['buy'], ['spend all', 'hold all'], ['chargeback'], ['buy', 'fail all work'], ['win the dispute'], ['chargeback', 'refund']],
  [['buy'], ['spend all', 'hold'], ['refund'], ['buy'], ['spend all', 'hold all'], ['refund']],
  [['buy'], ['buy'], ['spend all', 'hold all'], ['refund', 'chargeback'], ['end all work', 'fail all work']],
  [
    ['subscribe', 'staff: plan'],
    ['spend all', 'hold all'],
    ['change the plan'],
    ['spend all', 'change the plan'],
    ['change the plan', 'cancel the plan'],
  ],
  [
    ['subscribe'],
    ['cancel the plan', 'pause the plan', 'change the plan'],
    ['change the plan'],
    ['resume the plan', 'subscribe'],
    ['spend all'],
  ],
  [['subscribe'], ['open a checkout for a plan'], ['spend all', 'hold all', 'change the plan'], ['pay the checkout'], ['spend all']],
  [
    ['buy'],
    ['refund', 'goodwill'],
    ['buy', 'spend all'],
    ['refuse the refund'],
    ['spend all', 'hold all'],
    ['chargeback', 'goodwill', 'refund'],
  ],
  [['hold'], ['settle for nothing', 'settle the least', 'settle'], ['report the picture'], ['report the picture']],
  [
    ['subscribe'],
    ['spend all', 'hold all', 'change the plan'],
    ['change the plan'],
    ['spend all', 'hold all', 'cancel the plan'],
    ['charge the plan back', 'return the plan'],
    ['win the dispute', 'refuse the refund', 'change the plan'],
    ['spend all', 'charge the plan back'],
  ],
  [['staff: plan'], ['staff: plan'], ['staff: plan', 'change the slots'], ['spend all']],
  [['staff: plan'], ['change the slots', 'subscribe', 'change the plan'], ['staff: reset day'], ['spend all']],
];

const gambit = fc.constantFrom(...GAMBITS).chain((parts) => fc.tuple(...parts.map((acts) => step(fc.constantFrom(...acts)))));

export function sequences(): fc.Arbitrary<readonly Step[]> {
  const piece = fc.oneof(
    { weight: 2, arbitrary: step(fc.constantFrom(...ACTS)).map((one) => [one]) },
    { weight: 1, arbitrary: gambit.map((steps): Step[] => steps) },
  );
  return fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.flat());
}

export interface Opening {
  readonly plan: string | null;
  readonly slots: number;
  readonly timeZone: string;
  readonly now: Instant;
}

/** On one of the policy's plans or none, near the ends of months of all lengths. */
export const openings = (policy: Policy): fc.Arbitrary<Opening> =>
  fc.record({
    plan: fc.constantFrom(null, null, ...(policy.plans?.list.map(({ id }) => id) ?? [])),
    slots: fc.nat(5),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'),
    now: fc
      .constantFrom('2026-11-25T09:00Z', '2026-11-19T12:00Z', '2027-01-31T23:30Z', '2027-12-31T10:59Z', '2028-02-29T00:00Z')
      .map(parseInstant),
  });
