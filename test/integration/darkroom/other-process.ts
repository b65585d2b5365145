/** The darkroom in a process of its own, as worker.ts has it in Electron: here under Node, over its message channel. */
import { openDarkroom } from '../../../electron/darkroom/darkroom.ts';
import { modelFolder } from '../../../electron/darkroom/model-folder.ts';
import { serveDarkroom } from '../../../electron/darkroom/serve.ts';

const answer = serveDarkroom(
  openDarkroom({ modelDir: modelFolder() }),
  (reply) => process.send?.(reply),
  () => process.exit(0),
);
process.on('message', answer);
