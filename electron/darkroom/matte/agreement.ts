/** How far a matte agrees with the exact one. */

/** Intersection over union, 0..1, of what both take for the subject by more than half. Bytes of the same size. */
export function agreement(matte: Uint8Array, truth: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    // Typed arrays are dense: an index inside them always holds a number.
    const [a, b] = [(matte[i] as number) > 127, (truth[i] as number) > 127];
    if (a && b) both++;
    if (a || b) either++;
  }
  return both / Math.max(1, either);
}
