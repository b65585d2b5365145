/** What the wallet page draws, worked out from what the main process told. Pure. */
import { addSteps, monthStart } from '../../shared/credits/model/calendar.ts';
import { instantFrom } from '../../shared/credits/model/minting.ts';
import type { GrantId } from '../../shared/credits/model/quantities.ts';
import type { BucketView } from '../../shared/ipc/wallet.ts';
import { isZero } from '../ui/figures/amounts.ts';

/** The bucket that the next credit comes from; buckets arrive in draw order. */
export const usedNext = (buckets: readonly BucketView[]): string | null =>
  buckets.find((bucket) => !isZero(bucket.available))?.bucket ?? null;

interface Lapse {
  readonly grantId: GrantId;
  readonly bucket: string;
  readonly label: string;
  readonly amount: string;
  readonly at: Date;
  /** Where on the axis, 0 now .. 1 its end. */
  readonly position: number;
}

interface Axis {
  readonly end: Date;
  /** The months that begin in between: "Dec", "Jan 2027". */
  readonly ticks: readonly { readonly at: Date; readonly name: string; readonly position: number }[];
  readonly lapses: readonly Lapse[];
  readonly lasting: readonly { readonly id: string; readonly label: string; readonly amount: string }[];
}

/** At the least this much of the calendar is shown, so that tomorrow looks near. */
const SHORTEST_DAYS = 35;
const DAY_MS = 86_400_000;
const MOST_TICKS = 7;

/** Every grant that still holds credit, on a straight calendar of the account's time zone from now to the last expiry, soonest first. */
export function expiryAxis(buckets: readonly BucketView[], now: Date, timeZone: string): Axis {
  const alive = buckets.flatMap((bucket) => bucket.grants.filter((grant) => !isZero(grant.available)).map((grant) => ({ bucket, grant })));
  const lapsing = alive.flatMap(({ bucket, grant }) =>
    grant.expiresAt === null ? [] : [{ bucket, grant, at: new Date(grant.expiresAt) }],
  );
  const last = Math.max(now.getTime() + SHORTEST_DAYS * DAY_MS, ...lapsing.map(({ at }) => at.getTime()));
  const position = (at: Date): number => Math.min(1, Math.max(0, (at.getTime() - now.getTime()) / (last - now.getTime())));
  return {
    end: new Date(last),
    ticks: monthStarts(now, new Date(last), timeZone).map((at) => ({ at, name: monthName(at, timeZone), position: position(at) })),
    lapses: lapsing
      .map(({ bucket, grant, at }) => ({
        grantId: grant.id,
        bucket: bucket.bucket,
        label: bucket.label,
        amount: grant.available,
        at,
        position: position(at),
      }))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    lasting: buckets.flatMap(lastingOf),
  };
}

/** What never lapses: of a bucket where nothing does, all of it at once; else grant by grant. */
function lastingOf({ bucket, label, available, grants }: BucketView): Axis['lasting'] {
  const left = grants.filter((grant) => !isZero(grant.available));
  const lasting = left.filter(({ expiresAt }) => expiresAt === null);
  if (lasting.length > 1 && lasting.length === left.length) return [{ id: bucket, label, amount: available }];
  return lasting.map((grant) => ({ id: grant.id, label, amount: grant.available }));
}

/** The first days of the months in between, by the calendar of the zone, thinned so that their names have room. */
function monthStarts(from: Date, to: Date, timeZone: string): Date[] {
  const first = monthStart(instantFrom(from.getTime()), timeZone);
  const starts: Date[] = [];
  for (let month = 1; ; month++) {
    const start = addSteps(first, { months: 1 }, month, timeZone);
    if (start >= to.getTime()) break;
    starts.push(new Date(start));
  }
  const stride = Math.ceil(starts.length / MOST_TICKS) || 1;
  return starts.filter((_, index) => index % stride === 0);
}

/** "Dec"; January with its year, "Jan 2027". */
function monthName(start: Date, timeZone: string): string {
  const year = new Intl.DateTimeFormat('en-GB', { timeZone, month: 'numeric' }).format(start) === '1';
  return new Intl.DateTimeFormat('en-GB', { timeZone, month: 'short', ...(year && { year: 'numeric' }) }).format(start);
}
