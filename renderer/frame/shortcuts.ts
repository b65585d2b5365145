/** Keys and menu items: one table of commands, whichever way they come in. */
import { useEffect } from 'react';
import type { EventPayload } from '../../shared/ipc/index.ts';
import { on } from '../bridge.ts';
import { pressApply } from '../state/applying.ts';
import { showBefore, toggleSplit } from '../state/canvas.ts';
import { copySettings, giveSettings, pasteSettings, redo, undo } from '../state/editing.ts';
import { importByDialog } from '../state/library.ts';
import { openReport } from '../state/reporting.ts';
import { moveSelection, selectAll, selectMany } from '../state/selection.ts';
import { goTo, useView } from '../state/view.ts';
import { askAgain } from '../studio/apply/apply-anew.ts';
import { brushKey } from '../studio/canvas/brush-keys.ts';
import { glassKey } from '../studio/canvas/glass-keys.ts';
import { zoomFit, zoomFull, zoomStep } from '../studio/canvas/zooming.ts';
import { groundKey } from '../studio/ground/ground-keys.ts';
import { askRemoval } from '../studio/removal.ts';
import { revertSelection } from '../studio/revert.ts';

/** A command of the menu or the keyboard, by its name. */
export type Command = EventPayload<'command'>['name'];

const importPhotos = async (choose: 'files' | 'folder'): Promise<void> => {
  goTo('studio');
  const ids = await importByDialog(choose);
  if (ids.length > 0) selectMany(ids);
};

/** In a text field the browser's own meaning of a key wins. */
const typing = (): boolean => {
  const element = document.activeElement;
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== 'range');
};

/** A question is open: what is asked there comes first, and nothing happens behind it. */
const asked = (): boolean => document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"]') !== null;

const inStudio = (action: () => void) => (): void => {
  if (useView.getState().place === 'studio' && !asked()) action();
};

/** In a text field its own undo, elsewhere the studio's. */
const inFieldOrStudio = (name: 'undo' | 'redo' | 'selectAll', action: () => void) => (): void =>
  typing() ? void document.execCommand(name) : inStudio(action)();

const commands: Readonly<Record<Command, () => void>> = {
  'import files': () => void importPhotos('files'),
  'import folder': () => void importPhotos('folder'),
  apply: inStudio(pressApply),
  revert: inStudio(() => void revertSelection()),
  report: inStudio(() => openReport()),
  'apply again': inStudio(() => void askAgain()),
  'give settings': inStudio(giveSettings),
  undo: inFieldOrStudio('undo', undo),
  redo: inFieldOrStudio('redo', redo),
  'select all': inFieldOrStudio('selectAll', selectAll),
  before: inStudio(toggleSplit),
  'zoom in': inStudio(() => zoomStep(1)),
  'zoom out': inStudio(() => zoomStep(-1)),
  'zoom fit': inStudio(zoomFit),
  'zoom 100': inStudio(zoomFull),
  'show studio': () => goTo('studio'),
  'show wallet': () => goTo('wallet'),
  'show history': () => goTo('history'),
  'show reports': () => goTo('reports'),
  'show settings': () => goTo('settings'),
  'buy more': () => goTo('buy'),
};

/** What a key does in the studio; null: nothing of ours. Pure. */
function actionOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): (() => void) | null {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === 'a') return commands['select all'];
    if (key === 'enter') return commands.apply;
    if (key === 'z') return event.shiftKey ? commands.redo : commands.undo;
    if (key === 'y') return commands.redo;
    if (key === 'c') return event.shiftKey ? copySettings : null;
    if (key === 'v') return event.shiftKey ? pasteSettings : null;
    return null;
  }
  if (event.altKey) return null;
  if (key === 'enter') return commands.apply;
  if (key === 'z' || key === '1') return zoomFull;
  if (key === '0') return zoomFit;
  if (key === '+' || key === '=') return () => zoomStep(1);
  if (key === '-') return () => zoomStep(-1);
  if (key === 'y') return toggleSplit;
  if (key === 'delete' || key === 'backspace') return askRemoval;
  return null;
}

/** Left and right walk through the photos from anywhere that has no use for arrows itself. */
const walkOf = (event: KeyboardEvent): (() => void) | null => {
  const free = event.target === document.body || (event.target instanceof Element && event.target.closest('[data-walk]') !== null);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!free || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return null;
  return () => moveSelection(step, event.shiftKey);
};

const BEFORE_KEYS = new Set(['\\', 'b', 'B']);

/**
 * Enter on a focused button presses that button; keys in a dialog or a field are its own. A swatch or segment that is chosen
 * already needs no Enter; one that is not is chosen by it.
 */
function belongsElsewhere(event: KeyboardEvent): boolean {
  if (typing()) return true;
  if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('[role="radio"][aria-checked="true"]') !== null)
    return false;
  if (event.defaultPrevented) return true;
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [data-radix-popper-content-wrapper]') !== null) return true;
  return event.key === 'Enter' && !event.ctrlKey && !event.metaKey && target.closest('button, a') !== null;
}

/** Listens to keys and menu commands for as long as the window is mounted. */
export function useShortcuts(): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (belongsElsewhere(event) || useView.getState().place !== 'studio') return;
      if (BEFORE_KEYS.has(event.key) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (!event.repeat) showBefore(true);
        return;
      }
      const action = glassKey(event) ?? brushKey(event) ?? groundKey(event) ?? actionOf(event) ?? walkOf(event);
      if (action === null) return;
      event.preventDefault();
      // A key that is held down presses Apply once.
      if (!event.repeat || action !== commands.apply) action();
    };
    const up = (event: KeyboardEvent) => BEFORE_KEYS.has(event.key) && showBefore(false);
    const blur = () => showBefore(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', blur);
    const stop = on('command', ({ name }) => commands[name]());
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', blur);
      stop();
    };
  }, []);
}
