/** The darkroom's own process: a crash of a decoder or of the model ends this process and not the app. */
import { parentChannel } from './channel.ts';
import { openDarkroom } from './darkroom.ts';
import { modelFolder } from './model-folder.ts';
import { serveDarkroom } from './serve.ts';

// Built, the entries are JavaScript side by side; from source they are what they are.
const bandEntry = new URL(import.meta.url.endsWith('.ts') ? 'band.ts' : 'band.js', import.meta.url);
const channel = parentChannel();
channel.onMessage(serveDarkroom(openDarkroom({ modelDir: modelFolder(), bandEntry }), channel.send, () => process.exit(0)));
