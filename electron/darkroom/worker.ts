/** The darkroom's own process: a crash of a decoder or of the model ends this process and not the app. */
import { openDarkroom } from './darkroom.ts';
import { modelFolder } from './model-folder.ts';
import { serveDarkroom } from './serve.ts';

const darkroom = openDarkroom({ modelDir: modelFolder(), bandEntry: new URL('band.js', import.meta.url) });
const port = process.parentPort;
const answer = serveDarkroom(
  darkroom,
  (reply) => port.postMessage(reply),
  () => process.exit(0),
);
port.on('message', ({ data }) => answer(data));
