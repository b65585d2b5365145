/** The cross that stands for the pointer of who has none: where it goes, and what is said of it. Pure. */
import type { Place } from '../../../shared/edit/regions.ts';
import type { Tool } from '../../state/canvas.ts';

/** The tools whose click is about a place of the photo. Glass has places of its own to go to, one after the other. */
export type PointingTool = Extract<Tool, 'wheels' | 'shadow' | 'part'>;

/** What pressing the cross does, as it is read out. */
const ACTS: Readonly<Record<PointingTool, string>> = {
  wheels: 'Mark the middle of a wheel here',
  shadow: 'Click the old shadow away here',
  part: 'Drop or add the part of the subject here',
};

/** Whether a tool points with the cross. */
export const isPointing = (tool: Tool | null): tool is PointingTool => tool !== null && Object.hasOwn(ACTS, tool);

/** How far an arrow key moves the cross, over the photo: at once, and with Shift. */
const STEP = 0.01;
const SMALL_STEP = 0.002;
const ARROWS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);
const fraction = (value: number): number => Math.min(1, Math.max(0, value));

/** Where a key takes it, never off the photo; null: the key is none of its. */
export function crossMoved(
  [x, y]: Place,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
): [number, number] | null {
  const arrow = ARROWS.get(key);
  if (arrow === undefined) return null;
  const step = shiftKey ? SMALL_STEP : STEP;
  return [fraction(x + arrow[0] * step), fraction(y + arrow[1] * step)];
}

/** What it does, where it stands, and its keys. */
export const crossSaid = (tool: PointingTool, [x, y]: Place): string =>
  `${ACTS[tool]}, ${Math.round(x * 100)}% from the left, ${Math.round(y * 100)}% from the top. Arrow keys move the cross, Enter presses it, Escape ends.`;
