import { setTool } from '../../state/canvas.ts';
import { setOpen } from '../../state/view.ts';

/** The pointer marks wheels, and the panel says what comes of it. */
export function openWheels(): void {
  setTool('wheels');
  setOpen('ground', true);
}
