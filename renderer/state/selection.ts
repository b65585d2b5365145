import { create } from 'zustand';
import { useLibrary } from './library.ts';
import { allOf, clicked, kept, moved, nothingSelected, pointedAt, type Selection, selectOnly } from './selecting.ts';

export const useSelection = create<Selection>(() => nothingSelected);

const order = (): readonly string[] => useLibrary.getState().visible;
let beforeLeaving: () => void = () => undefined;

/** Says what has to happen while the photos are still selected that are about to be left. */
export const whenLeaving = (act: () => void): void => {
  beforeLeaving = act;
};

function become(next: Selection): void {
  beforeLeaving();
  useSelection.setState(next, true);
}

export const select = (id: string): void => become(selectOnly(id));
export const clickPhoto = (id: string, keys: { toggle: boolean; range: boolean }): void =>
  become(clicked(useSelection.getState(), order(), id, keys));
export const pointAt = (id: string): void => become(pointedAt(useSelection.getState(), id));
export const moveSelection = (steps: number, extend: boolean): void => become(moved(useSelection.getState(), order(), steps, extend));
export const selectAll = (): void => become(allOf(useSelection.getState(), order()));
export const selectMany = (ids: readonly string[]): void =>
  become({ ids: new Set(ids), active: ids[0] ?? null, anchor: ids[0] ?? null, cursor: ids[0] ?? null });

/** Keeps the selection true to what the gallery shows. Returns what stops it. */
export const followLibrary = (): (() => void) =>
  useLibrary.subscribe((state, before) => {
    if (state.visible !== before.visible) become(kept(useSelection.getState(), state.visible));
  });

/** The selected photos' ids in the order shown. */
export const selectedInOrder = (selection: Selection, visible: readonly string[]): readonly string[] =>
  visible.filter((id) => selection.ids.has(id));
