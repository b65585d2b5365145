/** The darkroom's own process: a crash of a decoder or of the model ends this process and not the app. */

import { modelFolder } from '../matte/model-folder.ts';
import { trustedSources } from '../matte/model-sources.ts';
import { parentChannel } from './channel.ts';
import { LocalDarkroom } from './darkroom.ts';
import { GpuAtApp } from './gpu-at-app.ts';
import { serveDarkroom } from './serve.ts';

// Built, the entries are JavaScript side by side; from source they are what they are.
const built = !import.meta.url.endsWith('.ts');
const bandEntry = new URL(built ? 'band.js' : '../compose/band.ts', import.meta.url);
const samples = new URL('../../../resources/samples/', import.meta.url);
// The program's resources, where an installation may name a source of the model of its own.
const trusted = trustedSources(process.env, process.argv[2] ?? null);
// Whoever started this process says so (forked.ts).
const afterCrash = process.env['BACKLOT_DARKROOM_CRASHED'] === '1';
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const channel = parentChannel();
const gpu = process.env['BACKLOT_GPU'] === 'off' ? null : new GpuAtApp(channel.send);
const darkroom = new LocalDarkroom({ modelDir: modelFolder(), bandEntry, trusted, samples, afterCrash, log, gpu });
channel.onMessage(serveDarkroom(darkroom, channel.send, () => process.exit(0)));
channel.onMessage((message) => gpu?.hear(message));
