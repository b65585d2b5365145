/** Keys and menu items: one table of commands, whichever way they come in. */
import { useEffect } from 'react';
import type { EventPayload } from '../../shared/ipc.ts';
import { on } from '../bridge.ts';
import { apply } from '../state/applying.ts';
import { showBefore, toggleSplit } from '../state/canvas.ts';
import { copySettings, pasteSettings, redo, undo } from '../state/editing.ts';
import { importByDialog } from '../state/library.ts';
import { selectAll, selectMany } from '../state/selection.ts';
import { goTo, useView } from '../state/view.ts';
import { zoomFit, zoomFull, zoomStep } from '../studio/canvas/zooming.ts';
import { openReport } from '../studio/report/reporting.ts';
import { revertSelection } from '../studio/revert.ts';

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

export function run(command: Command): void {
  const studio = useView.getState().place === 'studio';
  switch (command) {
    case 'import files':
      return void importPhotos('files');
    case 'import folder':
      return void importPhotos('folder');
    case 'apply':
      return studio ? void apply() : undefined;
    case 'revert':
      return studio ? void revertSelection() : undefined;
    case 'report':
      return studio ? openReport() : undefined;
    case 'select all':
      if (typing()) document.execCommand('selectAll');
      else if (studio) selectAll();
      return;
    case 'before':
      return toggleSplit();
    case 'zoom in':
      return zoomStep(1);
    case 'zoom out':
      return zoomStep(-1);
    case 'zoom fit':
      return zoomFit();
    case 'zoom 100':
      return zoomFull();
    case 'show studio':
      return goTo('studio');
    case 'show wallet':
      return goTo('wallet');
    case 'show history':
      return goTo('history');
    case 'show reports':
      return goTo('reports');
    case 'show settings':
      return goTo('settings');
    case 'buy more':
      return goTo('buy');
  }
}

/** What a key does in the studio; null: nothing of ours. Pure. */
export function actionOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): (() => void) | null {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === 'a') return () => run('select all');
    if (key === 'enter') return () => run('apply');
    if (key === 'z') return event.shiftKey ? null : undo;
    if (key === 'y') return redo;
    if (key === 'c') return event.shiftKey ? copySettings : null;
    if (key === 'v') return event.shiftKey ? pasteSettings : null;
    return null;
  }
  if (event.altKey) return null;
  if (key === 'enter') return () => run('apply');
  if (key === 'z' || key === '1') return zoomFull;
  if (key === '0') return zoomFit;
  if (key === '+' || key === '=') return () => zoomStep(1);
  if (key === '-') return () => zoomStep(-1);
  if (key === 'y') return toggleSplit;
  return null;
}

const BEFORE_KEYS = new Set(['\\', 'b', 'B']);

/** Enter on a focused button presses that button; keys in a dialog or a field are its own. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  if (typing()) return true;
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"][data-state]') !== null) return true;
  return event.key === 'Enter' && !event.ctrlKey && !event.metaKey && target.closest('button, a, [role="radio"]') !== null;
}

export function useShortcuts(): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || belongsElsewhere(event) || useView.getState().place !== 'studio') return;
      if (BEFORE_KEYS.has(event.key) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (!event.repeat) showBefore(true);
        return;
      }
      const action = actionOf(event);
      if (action === null) return;
      event.preventDefault();
      action();
    };
    const up = (event: KeyboardEvent) => BEFORE_KEYS.has(event.key) && showBefore(false);
    const blur = () => showBefore(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', blur);
    const stop = on('command', ({ name }) => run(name));
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', blur);
      stop();
    };
  }, []);
}
