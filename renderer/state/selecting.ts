/**
 * How a selection changes: pure, as in a light table. `active` is the photo on the canvas, whose settings the panel
 * shows: it stays when others join. `anchor` is where a range starts, `cursor` where the keyboard stands.
 */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly active: string | null;
  readonly anchor: string | null;
  readonly cursor: string | null;
}

/** Neither photos nor a place to go on from. */
export const nothingSelected: Selection = { ids: new Set(), active: null, anchor: null, cursor: null };

/** The ids between two photos, both included, in the order shown. */
function between(order: readonly string[], from: string, to: string): readonly string[] {
  const a = order.indexOf(from);
  const b = order.indexOf(to);
  if (a < 0 || b < 0) return [to];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** That photo alone. */
export const selectOnly = (id: string): Selection => ({ ids: new Set([id]), active: id, anchor: id, cursor: id });

/** The active photo when it is still selected, else the first selected one in the order shown. */
const activeIn = (ids: ReadonlySet<string>, order: readonly string[], active: string | null): string | null =>
  active !== null && ids.has(active) ? active : (order.find((id) => ids.has(id)) ?? null);

/** A click: plain selects one, `toggle` (Ctrl, Cmd) adds or takes one, `range` (Shift) selects from the anchor. */
export function clicked(selection: Selection, order: readonly string[], id: string, keys: { toggle: boolean; range: boolean }): Selection {
  if (keys.range && selection.anchor !== null) {
    const range = between(order, selection.anchor, id);
    const ids = new Set(keys.toggle ? [...selection.ids, ...range] : range);
    return { ids, active: activeIn(ids, order, selection.active), anchor: selection.anchor, cursor: id };
  }
  if (!keys.toggle) return selectOnly(id);
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, active: activeIn(ids, order, selection.active), anchor: id, cursor: id };
}

/** An arrow key: the cursor moves by `steps` in the order shown; `extend` (Shift) stretches the range. */
export function moved(selection: Selection, order: readonly string[], steps: number, extend: boolean): Selection {
  if (order.length === 0) return nothingSelected;
  const at = selection.cursor === null ? -1 : order.indexOf(selection.cursor);
  const next = at < 0 ? (steps > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + steps));
  const id = order[next];
  if (id === undefined) return selection;
  return extend ? clicked(selection, order, id, { toggle: false, range: true }) : selectOnly(id);
}

/** A menu is opened on a photo of the selection: the selection and the canvas stay, the menu is about that photo. */
export const pointedAt = (selection: Selection, id: string): Selection =>
  selection.ids.has(id) ? { ...selection, cursor: id } : selection;

/** All photos that are shown. */
export function allOf(selection: Selection, order: readonly string[]): Selection {
  const ids = new Set(order);
  const active = activeIn(ids, order, selection.active);
  return { ids, active, anchor: active, cursor: selection.cursor ?? active };
}

/** After photos went away or another collection is shown: only what is still there stays selected. */
export function kept(selection: Selection, order: readonly string[]): Selection {
  const there = new Set(order);
  const ids = new Set([...selection.ids].filter((id) => there.has(id)));
  const still = (id: string | null): string | null => (id !== null && there.has(id) ? id : null);
  if (ids.size === selection.ids.size && still(selection.active) === selection.active) return selection;
  const active = activeIn(ids, order, still(selection.active));
  return { ids, active, anchor: still(selection.anchor) ?? active, cursor: still(selection.cursor) ?? active };
}
