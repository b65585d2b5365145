/** What keys do while the glass tool is at hand. */
import { isGlassStroke } from '../../../shared/edit/recipe.ts';
import { setTool, toggleGlass, useCanvas } from '../../state/canvas.ts';
import { recipeOf } from '../../state/editing.ts';
import { giveGlassBack, resizeGlass, useGlass } from '../../state/glass.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen } from '../../state/view.ts';

/** Takes the glass tool and opens its part of the panel. */
export function openGlass(): void {
  setTool('glass');
  setOpen('glass', true);
}

/** G takes the tool and lays it down, H hides all glass; plus, minus and Delete are about the patch that is chosen. Null: none of these. */
export function glassKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): (() => void) | null {
  if (event.metaKey || event.altKey) return null;
  const { active } = useSelection.getState();
  if (active === null || recipeOf(active).background === null) return null;
  const isGlass = useCanvas.getState().tool === 'glass';
  if (event.key.toLowerCase() === 'g' && !event.ctrlKey) return isGlass ? () => setTool('move') : openGlass;
  if (event.key.toLowerCase() === 'h' && !event.ctrlKey) return recipeOf(active).strokes.some(isGlassStroke) ? toggleGlass : null;
  const { chosen } = useGlass.getState();
  if (!isGlass || chosen === null || !recipeOf(active).strokes.includes(chosen)) return null;
  if (event.key === '+' || event.key === '=') return () => resizeGlass(active, 1, event.ctrlKey);
  if (event.key === '-') return () => resizeGlass(active, -1, event.ctrlKey);
  if (event.key === 'Delete' || event.key === 'Backspace') return () => giveGlassBack(active, chosen);
  return null;
}
