/**
 * The recipes being edited: every photo has its own. A control changes its own setting on all selected photos and leaves the rest
 * of each recipe alone; a change is seen at once and saved a moment later. Nothing here costs anything: only Apply does.
 */
import { useMemo, useRef } from 'react';
import { create } from 'zustand';
import { isBrushStroke, type Recipe, type Stroke } from '../../shared/edit/recipe.ts';
import { sameRecipe } from '../../shared/edit/recipe-key.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useLibrary } from './library.ts';
import { type Mixed, mixedIn, nothingMixed } from './mixed.ts';
import { freshRecipe, groupedByRecipe, withHub, withOldShadow, withoutGround, withSettingsOf, withStroke } from './recipes.ts';
import { useSelection } from './selection.ts';

type Edit = (recipe: Recipe) => Recipe;
/** The recipes of some photos, as they were before a step. */
type Step = ReadonlyMap<string, Recipe>;

interface EditingState {
  /** Recipes edited in this session, newer than what the library knows. */
  readonly drafts: ReadonlyMap<string, Recipe>;
  readonly clipboard: Recipe | null;
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  /** Set while a drag goes on: its changes, on the photos it began with, are one step. */
  readonly gesture: { readonly name: string; readonly of: ReadonlySet<string> } | null;
  readonly problem: Problem | null;
}

/** Recipes as they are edited, with what can be undone. */
export const useEditing = create<EditingState>(() => ({
  drafts: new Map(),
  clipboard: null,
  undo: [],
  redo: [],
  gesture: null,
  problem: null,
}));

const SAVE_AFTER_MS = 250;
const STEPS_KEPT = 100;
const fresh = freshRecipe();

/** The recipe that a photo has now: the draft, the saved one, or the default. The same object as long as it is the same recipe. */
export const recipeIn = (drafts: ReadonlyMap<string, Recipe>, id: string): Recipe =>
  drafts.get(id) ?? useLibrary.getState().photos.get(id)?.recipe ?? fresh;

/** As it is edited now, else as it was kept, else a fresh one. */
export const recipeOf = (id: string): Recipe => recipeIn(useEditing.getState().drafts, id);

/** The recipe of the photo on the canvas; null when there is none. */
export function useActiveRecipe(): Recipe | null {
  const active = useSelection((state) => state.active);
  const draft = useEditing((state) => (active === null ? undefined : state.drafts.get(active)));
  const saved = useLibrary((state) => (active === null ? undefined : state.photos.get(active)?.recipe));
  if (active === null) return null;
  return draft ?? saved ?? fresh;
}

/** A part of the active photo's recipe, for components that need not draw again when another part changes. */
export function useActivePart<T>(part: (recipe: Recipe) => T): T | null {
  const active = useSelection((state) => state.active);
  const saved = useLibrary((state) => (active === null ? undefined : state.photos.get(active)?.recipe));
  return useEditing((state) => (active === null ? null : part(state.drafts.get(active) ?? saved ?? fresh)));
}

/** The settings in which the selected photos differ. The same set as long as it is the same. */
export function useMixed(): Mixed {
  const { active, ids } = useSelection();
  const drafts = useEditing((state) => state.drafts);
  const photos = useLibrary((state) => state.photos);
  const last = useRef(nothingMixed);
  const mixed = useMemo(() => {
    if (active === null || ids.size < 2) return nothingMixed;
    const recipe = (id: string): Recipe => drafts.get(id) ?? photos.get(id)?.recipe ?? fresh;
    return mixedIn([...ids].map(recipe), recipe(active));
  }, [active, ids, drafts, photos]);
  if (mixed.size !== last.current.size || [...mixed].some((field) => !last.current.has(field))) last.current = mixed;
  return last.current;
}

/**
 * Changes the recipe of every selected photo, each one's own: `change` touches only what the control is for.
 * Changes with the same `gesture` are one step to undo; null always makes a step of its own.
 */
export function edit(change: Edit, gesture: string | null = null): void {
  const { ids } = useSelection.getState();
  put(new Map([...ids].map((id) => [id, change(recipeOf(id))])), gesture === null ? null : { name: gesture, of: ids });
}

/** Gives all of the active photo's settings to the other selected ones, which keep their brush strokes. One step to undo. */
export function giveSettings(): void {
  const { active } = useSelection.getState();
  if (active === null) return;
  const settings = recipeOf(active);
  edit((recipe) => withSettingsOf(recipe, settings));
}

/** Changes one photo's recipe, whatever is selected. One step to undo. */
export const changeRecipe = (id: string, change: Edit): void => put(new Map([[id, change(recipeOf(id))]]), null);

/** A stroke, of whatever kind, belongs to one photo. */
export const addStroke = (id: string, stroke: Stroke): void => put(new Map([[id, withStroke(recipeOf(id), stroke)]]), null);
/** Takes every stroke of the brush from the photo; what else was said of its cut-out stays. */
export function clearStrokes(id: string): void {
  const recipe = recipeOf(id);
  put(new Map([[id, { ...recipe, strokes: recipe.strokes.filter((stroke) => !isBrushStroke(stroke)) }]]), null);
}

/** The middle of a wheel of a photo, in fractions of it. */
export const showHub = (id: string, at: readonly [number, number]): void => put(new Map([[id, withHub(recipeOf(id), at)]]), null);
/** What is to become of the old shadow in a photo. */
export const sayOldShadow = (id: string, remove: boolean): void => put(new Map([[id, withOldShadow(recipeOf(id), remove)]]), null);
/** Takes back whatever was said of a photo's wheels and old shadow. */
export const forgetGround = (id: string): void => put(new Map([[id, withoutGround(recipeOf(id))]]), null);

/** Ends a gesture: what comes next is a step of its own. */
export const endGesture = (): void => useEditing.setState({ gesture: null });

function put(recipes: ReadonlyMap<string, Recipe>, gesture: EditingState['gesture']): void {
  const changes = new Map([...recipes].filter(([id, recipe]) => !sameRecipe(recipeOf(id), recipe)));
  if (changes.size === 0) return;
  useEditing.setState((state) => {
    const continues = gesture !== null && gesture.name === state.gesture?.name && gesture.of === state.gesture.of;
    const before: Step = new Map([...changes.keys()].map((id) => [id, recipeIn(state.drafts, id)]));
    const last = continues ? state.undo.at(-1) : undefined;
    return {
      drafts: new Map([...state.drafts, ...changes]),
      undo: last === undefined ? [...state.undo, before].slice(-STEPS_KEPT) : [...state.undo.slice(0, -1), joined(last, before)],
      redo: [],
      gesture,
    };
  });
  save([...changes.keys()], gesture === null ? 'now' : 'soon');
}

/** A photo that joins a drag late, because it had that value already, was before it as it is now. */
const joined = (step: Step, later: Step): Step => ([...later.keys()].every((id) => step.has(id)) ? step : new Map([...later, ...step]));

function step(from: 'undo' | 'redo', to: 'undo' | 'redo'): void {
  const state = useEditing.getState();
  const last = state[from].at(-1);
  if (last === undefined) return;
  const back: Step = new Map([...last.keys()].map((id) => [id, recipeOf(id)]));
  useEditing.setState({
    drafts: new Map([...state.drafts, ...last]),
    gesture: null,
    [from]: state[from].slice(0, -1),
    [to]: [...state[to], back],
  });
  save([...last.keys()], 'now');
}
/** Takes the last change back, on all photos that it was made on. */
export const undo = (): void => step('undo', 'redo');
/** Makes the change again that was taken back last. */
export const redo = (): void => step('redo', 'undo');

/** Of the active photo, for `pasteSettings`. */
export function copySettings(): void {
  const { active } = useSelection.getState();
  if (active !== null) useEditing.setState({ clipboard: recipeOf(active) });
}
/** Gives the copied settings to the selected photos. */
export function pasteSettings(): void {
  const { clipboard } = useEditing.getState();
  if (clipboard !== null) edit((recipe) => withSettingsOf(recipe, clipboard));
}

const unsaved = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** A drag makes many recipes a second: those wait for a pause. Everything else is saved at once. */
function save(ids: readonly string[], when: 'now' | 'soon'): void {
  for (const id of ids) unsaved.add(id);
  clearTimeout(timer);
  if (when === 'now') void saveNow();
  else timer = setTimeout(() => void saveNow(), SAVE_AFTER_MS);
}

/** One save after the other: an older recipe must not arrive last. */
let line: Promise<void> = Promise.resolve();

/** Saves what is not saved yet, and answers when that and every save before it is done; Apply waits for it. */
export function saveNow(): Promise<void> {
  clearTimeout(timer);
  line = line.then(saveWaiting);
  return line;
}

async function saveWaiting(): Promise<void> {
  const photos = useLibrary.getState().photos;
  const waiting = new Map([...unsaved].filter((id) => photos.has(id)).map((id) => [id, recipeOf(id)]));
  unsaved.clear();
  const answers = await Promise.all(groupedByRecipe(waiting).map((group) => call('library.saveRecipe', group)));
  if (answers.length === 0) return;
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined) for (const id of waiting.keys()) unsaved.add(id);
  useEditing.setState({ problem: failed === undefined || failed.ok ? null : failed.error });
}

/** The settings of an earlier version, strokes and all, as a step that can be undone. */
export const restoreSettings = (id: string, recipe: Recipe): void => put(new Map([[id, recipe]]), null);

/** After a revert the photo is as it was taken; its strokes stay for the next time. */
export const resetSettings = (ids: readonly string[]): void =>
  put(new Map(ids.map((id) => [id, { ...freshRecipe(), strokes: recipeOf(id).strokes }])), null);
