/** What the usage chart draws. Pure. Rounding moves pixels, never credit. */
import type { UsageDay } from '../../shared/ipc/usage.ts';

interface DrawnDay {
  readonly day: string;
  readonly amount: string;
  /** From the bottom up. */
  readonly parts: readonly { readonly bucket: string; readonly height: number }[];
}

/** Something that was used is always to be seen. */
const LEAST_PX = 2;

/** Bars to one scale: the dearest day is `height` pixels high. `most` is its amount, null when nothing was used. */
export function bars(days: readonly UsageDay[], height: number): { readonly most: string | null; readonly days: readonly DrawnDay[] } {
  const dearest = days.reduce<UsageDay | null>((best, day) => (Number(day.amount) > Number(best?.amount ?? 0) ? day : best), null);
  const scale = dearest === null ? 0 : height / Number(dearest.amount);
  return {
    most: dearest?.amount ?? null,
    days: days.map(({ day, amount, slices }) => ({
      day,
      amount,
      parts: slices.map((slice) => ({ bucket: slice.bucket, height: Math.max(LEAST_PX, Number(slice.amount) * scale) })),
    })),
  };
}

/** "23 Nov": of a calendar day, whatever the reader's time zone. */
export const dayText = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
