/** How a selection changes: pure, as in every file manager. `active` is the photo on the canvas; `anchor` is where a range starts. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly active: string | null;
  readonly anchor: string | null;
}

export const nothingSelected: Selection = { ids: new Set(), active: null, anchor: null };

/** The ids between two photos, both included, in the order shown. */
function between(order: readonly string[], from: string, to: string): readonly string[] {
  const a = order.indexOf(from);
  const b = order.indexOf(to);
  if (a < 0 || b < 0) return [to];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export const selectOnly = (id: string): Selection => ({ ids: new Set([id]), active: id, anchor: id });

/** A click: plain selects one, `toggle` (Ctrl, Cmd) adds or takes one, `range` (Shift) selects from the anchor. */
export function clicked(selection: Selection, order: readonly string[], id: string, keys: { toggle: boolean; range: boolean }): Selection {
  if (keys.range && selection.anchor !== null) {
    const range = between(order, selection.anchor, id);
    return { ids: new Set(keys.toggle ? [...selection.ids, ...range] : range), active: id, anchor: selection.anchor };
  }
  if (!keys.toggle) return selectOnly(id);
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) return { ids: ids.add(id), active: id, anchor: id };
  const active = selection.active === id ? (order.find((candidate) => ids.has(candidate)) ?? null) : selection.active;
  return { ids, active, anchor: id };
}

/** An arrow key: the active photo moves by `steps` in the order shown; `extend` (Shift) stretches the range. */
export function moved(selection: Selection, order: readonly string[], steps: number, extend: boolean): Selection {
  if (order.length === 0) return nothingSelected;
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  const next = at < 0 ? (steps > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + steps));
  const id = order[next];
  if (id === undefined) return selection;
  return extend ? clicked(selection, order, id, { toggle: false, range: true }) : selectOnly(id);
}

export function allOf(selection: Selection, order: readonly string[]): Selection {
  const active = selection.active !== null && order.includes(selection.active) ? selection.active : (order[0] ?? null);
  return { ids: new Set(order), active, anchor: active };
}

/** After photos went away or another collection is shown: only what is still there stays selected. */
export function kept(selection: Selection, order: readonly string[]): Selection {
  const there = new Set(order);
  const ids = new Set([...selection.ids].filter((id) => there.has(id)));
  const still = (id: string | null): string | null => (id !== null && there.has(id) ? id : null);
  if (ids.size === selection.ids.size && still(selection.active) === selection.active) return selection;
  const active = still(selection.active) ?? order.find((id) => ids.has(id)) ?? null;
  return { ids, active, anchor: still(selection.anchor) ?? active };
}
