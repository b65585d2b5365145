/** What was used, by day and by kind of work, from the copy on this machine (AS-08). */
import { z } from 'zod';
import { pricing as pricingAnswer } from '../../../shared/api/index.ts';
import { formatAmount, type PolicyTerms, parseAmount, ruleOf } from '../../../shared/credits/index.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { earlierBy, laterBy } from '../../../shared/credits/model/instants.ts';
import type { PriceLine, UsageDay, UsageView, UsageWork } from '../../../shared/ipc/usage.ts';
import { isoOf } from '../../world.ts';
import type { Cache } from '../copy/cache.ts';
import type { Present } from '../copy/present.ts';

const DAY_MS = days(1);
const purposeOf = z.object({ kind: z.string(), traits: z.record(z.string(), z.string()) });

interface Tally {
  amount: bigint;
  readonly byBucket: Map<string, bigint>;
}

/** What the last `count` days cost, today included, in the account's time zone. */
export function usageView(cache: Cache, { terms, state, now }: Present, count: number): UsageView {
  const dayOf = calendarIn(state.timeZone);
  // A day more than asked for: the first one begins somewhere in it.
  const since = isoOf(earlierBy(now, days(count)));
  const tallies = new Map<string, Tally>();
  for (let at = earlierBy(now, days(count - 1)); at <= now; at = laterBy(at, DAY_MS))
    tallies.set(dayOf(isoOf(at)), { amount: 0n, byBucket: new Map() });
  tallies.set(dayOf(isoOf(now)), { amount: 0n, byBucket: new Map() });
  const works = new Map<string, { label: string; item: string; times: number; amount: bigint; returned: number }>();
  const workFor = (purpose: unknown) => {
    const { label, item } = workOf(terms, purpose);
    const key = `${label}\n${item}`;
    const work = works.get(key) ?? { label, item, times: 0, amount: 0n, returned: 0 };
    works.set(key, work);
    return work;
  };
  let total = 0n;
  let times = 0;
  for (const { at, slices, purpose } of cache.endingsSince('settled', since)) {
    const tally = tallies.get(dayOf(at));
    if (tally === undefined) continue;
    const work = workFor(purpose);
    work.times += 1;
    times += 1;
    for (const slice of slices) {
      const amount = parseAmount(slice.amount, terms.unit) ?? 0n;
      tally.byBucket.set(slice.bucket, (tally.byBucket.get(slice.bucket) ?? 0n) + amount);
      tally.amount += amount;
      work.amount += amount;
      total += amount;
    }
  }
  for (const { at, purpose } of cache.endingsSince('released', since)) if (tallies.has(dayOf(at))) workFor(purpose).returned += 1;
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  return {
    days: [...tallies].map(([day, tally]): UsageDay => ({ day, amount: format(tally.amount), slices: slicesOf(terms, tally, format) })),
    works: [...works.values()]
      .toSorted((a, b) => (a.amount === b.amount ? b.times - a.times : a.amount > b.amount ? -1 : 1))
      .map((work): UsageWork => ({ ...work, amount: format(work.amount) })),
    amount: format(total),
    times,
  };
}

const slicesOf = (terms: PolicyTerms, { byBucket }: Tally, format: (amount: bigint) => string): UsageDay['slices'] =>
  terms.buckets.flatMap(({ id }) => {
    const amount = byBucket.get(id);
    return amount === undefined ? [] : [{ bucket: id, amount: format(amount) }];
  });

function workOf(terms: PolicyTerms, purpose: unknown): { label: string; item: string } {
  const parsed = purposeOf.safeParse(purpose);
  if (!parsed.success) return { label: 'Other work', item: '' };
  const { kind, traits } = parsed.data;
  return { label: ruleOf(terms, kind)?.label ?? kind, item: traits['tool'] ?? traits['model'] ?? '' };
}

/** The calendar day of an instant in that zone. Asked for every entry, so ten minutes share one answer. */
function calendarIn(timeZone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const known = new Map<string, string>();
  return (at) => {
    const tenMinutes = at.slice(0, 15);
    const day = known.get(tenMinutes) ?? format.format(Date.parse(at));
    known.set(tenMinutes, day);
    return day;
  };
}

/** The price list as the server last published it (PG-06, PS-01). Without an item the work has one price. */
export const pricesOf = (cache: Cache): PriceLine[] =>
  (cache.fact('pricing', pricingAnswer)?.prices ?? []).map(({ kind, item, label, resolution, complexity, perSeconds, from, to }) => ({
    label,
    item: item === kind ? '' : item,
    resolution,
    complexity,
    perSeconds,
    from,
    to,
  }));
