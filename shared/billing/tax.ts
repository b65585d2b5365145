/** What a tax comes to: reckoned here for the invoice that is written, and for the price that is shown before. */

/** Rounded half away from zero to the minor unit, once, on the sum of the lines: they never disagree with the total. */
export function taxAmount(netMinor: bigint, rateBp: number): bigint {
  const scaled = netMinor * BigInt(rateBp);
  const half = scaled < 0n ? -5_000n : 5_000n;
  return (scaled + half) / 10_000n;
}
