/**
 * A process of its own for what somebody waits for (see preview-darkroom.ts). The network holds the darkroom's thread while it thinks, for a
 * second or more at a time; who turns a knob must not wait for it. Begun with the first preview, and small: no model is loaded here.
 */
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { parentChannel } from './channel.ts';
import { PreviewDarkroom } from './preview-darkroom.ts';
import { serveDarkroom } from './serve.ts';

sharp.concurrency(availableParallelism());
sharp.cache(false);
const channel = parentChannel();
channel.onMessage(serveDarkroom(new PreviewDarkroom((line) => process.stderr.write(`${line}\n`)), channel.send, () => process.exit(0)));
