/** What keys do while the brush is at hand. */
import { setBrush, useCanvas } from '../../state/canvas.ts';

/** E has the brush stop at edges, or no more. Null: nothing of this. */
export function brushKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): (() => void) | null {
  const { tool, brush } = useCanvas.getState();
  if (tool !== 'brush' || event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== 'e') return null;
  return () => setBrush({ snap: !brush.snap });
}
