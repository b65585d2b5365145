/**
 * Means over square windows, by running sums: the cost does not depend on the radius. Windows are cut off at the edges, so a mean
 * is always over pixels that exist.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */

/** Mean over (2 radius + 1)² pixels of a width x height plane. `out` may not be `plane`. */
export function boxMean(
  plane: Float32Array,
  width: number,
  height: number,
  radius: number,
  out: Float32Array,
  scratch: Float32Array,
): void {
  for (let y = 0; y < height; y++) rowMean(plane, y * width, width, radius, scratch);
  columnMeans(scratch, width, height, radius, out);
}

function rowMean(plane: Float32Array, start: number, width: number, radius: number, out: Float32Array): void {
  let sum = 0;
  let count = Math.min(radius, width - 1) + 1;
  for (let x = 0; x < count; x++) sum += plane[start + x] as number;
  for (let x = 0; x < width; x++) {
    out[start + x] = sum / count;
    const entering = x + radius + 1;
    const leaving = x - radius;
    if (entering < width) {
      sum += plane[start + entering] as number;
      count++;
    }
    if (leaving >= 0) {
      sum -= plane[start + leaving] as number;
      count--;
    }
  }
}

/** All columns at once, row by row, so that memory is read in order. */
function columnMeans(plane: Float32Array, width: number, height: number, radius: number, out: Float32Array): void {
  const sums = new Float64Array(width);
  let count = Math.min(radius, height - 1) + 1;
  for (let y = 0; y < count; y++) for (let x = 0, i = y * width; x < width; x++, i++) sums[x] = (sums[x] as number) + (plane[i] as number);
  for (let y = 0; y < height; y++) {
    const norm = 1 / count;
    for (let x = 0, i = y * width; x < width; x++, i++) out[i] = (sums[x] as number) * norm;
    const entering = y + radius + 1;
    const leaving = y - radius;
    if (entering < height) {
      for (let x = 0, i = entering * width; x < width; x++, i++) sums[x] = (sums[x] as number) + (plane[i] as number);
      count++;
    }
    if (leaving >= 0) {
      for (let x = 0, i = leaving * width; x < width; x++, i++) sums[x] = (sums[x] as number) - (plane[i] as number);
      count--;
    }
  }
}
