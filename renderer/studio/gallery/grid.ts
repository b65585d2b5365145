/** The gallery's arithmetic. */
const GAP = 6;

/** How many columns fit and how wide each is, so that the row is filled without a rest. `wanted` is the preferred width. */
export function columnsIn(width: number, wanted: number): { readonly columns: number; readonly size: number } {
  const columns = Math.max(1, Math.round((width + GAP) / (wanted + GAP)));
  return { columns, size: Math.max(48, Math.floor((width - GAP * (columns - 1)) / columns)) };
}

/** How many photos Page Down moves by: the full rows on the screen, at least one. */
export const pageStep = (height: number, rowHeight: number, columns: number): number =>
  Math.max(1, Math.floor(height / rowHeight)) * columns;
