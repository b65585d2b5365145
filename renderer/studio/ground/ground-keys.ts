/** The tools of the ground, and the keys that take them. */
import { setTool, useCanvas } from '../../state/canvas.ts';
import { recipeOf } from '../../state/editing.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen } from '../../state/view.ts';

/** The tools that the panel's part about old shadows has. */
export type GroundTool = 'wheels' | 'shadow';

/** Takes the tool, and the panel says what comes of it. */
export function openGround(tool: GroundTool): void {
  setTool(tool);
  setOpen('ground', true);
}

const TOOLS: ReadonlyMap<string, GroundTool> = new Map([
  ['w', 'wheels'],
  ['s', 'shadow'],
]);

/** W takes the tool that shows wheels, S the one that clicks old shadows away; the same key lays it down. Null: neither. */
export function groundKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): (() => void) | null {
  const wanted = TOOLS.get(event.key.toLowerCase());
  if (wanted === undefined || event.ctrlKey || event.metaKey || event.altKey) return null;
  const { active } = useSelection.getState();
  if (active === null || recipeOf(active).background === null) return null;
  return useCanvas.getState().tool === wanted ? () => setTool('move') : () => openGround(wanted);
}
