/** Previews of processing in a process of their own, as glance.ts has it in Electron: here under Node, over its message channel. */
import { openGlances } from '../../../electron/darkroom/glances.ts';
import { serveDarkroom } from '../../../electron/darkroom/serve.ts';

const answer = serveDarkroom(
  openGlances(),
  (reply) => process.send?.(reply),
  () => process.exit(0),
);
process.on('message', answer);
