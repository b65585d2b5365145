import { create } from 'zustand';
import { useLibrary } from './library.ts';
import { allOf, clicked, kept, moved, nothingSelected, pointedAt, type Selection, selectOnly } from './selecting.ts';

/** Which photos are selected, and which one the canvas shows. */
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

/** That photo alone. */
export const select = (id: string): void => become(selectOnly(id));
/** As a click with these keys does. */
export const clickPhoto = (id: string, keys: { toggle: boolean; range: boolean }): void =>
  become(clicked(useSelection.getState(), order(), id, keys));
/** Makes it the active one. */
export const pointAt = (id: string): void => become(pointedAt(useSelection.getState(), id));
/** By so many photos in the order that is shown; `extend`: from the anchor on. */
export const moveSelection = (steps: number, extend: boolean): void => become(moved(useSelection.getState(), order(), steps, extend));
/** All that are shown. */
export const selectAll = (): void => become(allOf(useSelection.getState(), order()));
/** Selects exactly these; the first is the one that the canvas shows. */
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
