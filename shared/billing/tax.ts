/** What a tax comes to: reckoned here for the invoice that is written, and for the price that is shown before. */
import { minorFrom } from '../credits/model/minting.ts';
import type { Minor } from '../credits/model/quantities.ts';

/** Rounded half away from zero to the minor unit, once, on the sum of the lines: they never disagree with the total. */
export function taxAmount(netMinor: Minor, rateBp: number): Minor {
  const scaled = netMinor * BigInt(rateBp);
  const half = scaled < 0n ? -5_000n : 5_000n;
  return minorFrom((scaled + half) / 10_000n);
}
