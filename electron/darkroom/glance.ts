/**
 * A process of its own for what somebody waits for (see glances.ts). The network holds the darkroom's thread while it thinks, for a
 * second or more at a time; who turns a knob must not wait for it. Begun with the first glance, and small: no model is loaded here.
 */
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { openGlances } from './glances.ts';
import { serveDarkroom } from './serve.ts';

sharp.concurrency(availableParallelism());
sharp.cache(false);
const port = process.parentPort;
const answer = serveDarkroom(
  openGlances(),
  (reply) => port.postMessage(reply),
  () => process.exit(0),
);
port.on('message', ({ data }) => answer(data));
