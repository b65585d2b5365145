/** A studio that processes photos and is killed at a certain point of one of them: by itself, at once, as if the power had gone. */
import { join } from 'node:path';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { PreviewDarkroom } from '../../../electron/darkroom/process/preview-darkroom.ts';
import { Events } from '../../../electron/events.ts';
import { SettingsStore } from '../../../electron/storage/settings.ts';
import { openStudio } from '../../../electron/studio/studio.ts';
import { httpTransport, type Transport } from '../../../electron/wallet/transport.ts';
import { realWorld } from '../../../electron/world.ts';
import type { Chain } from '../../../shared/edit/processing/chain.ts';

export interface Orders {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  readonly photoIds: readonly string[];
  readonly chain: Chain;
  /** Runs that are pressed for right after the first one. */
  readonly next: readonly (readonly string[])[];
  /** "hold", "make" or "settle", before or after the second time it is done. */
  readonly diesAt: `${'before' | 'after'} ${'hold' | 'make' | 'settle'}`;
}

const { folder, url, token, photoIds, chain, next, diesAt } = JSON.parse(process.argv[2] ?? '') as Orders;
const [when, what] = diesAt.split(' ');
let times = 0;
async function dying<T>(step: string, work: () => Promise<T>): Promise<T> {
  if (step === what) times += 1;
  const now = step === what && times === 2;
  if (now && when === 'before') process.kill(process.pid, 'SIGKILL');
  const done = await work();
  if (now) process.kill(process.pid, 'SIGKILL');
  return done;
}

const world = realWorld();
const events = new Events((error) => {
  throw error;
});
const previews = new PreviewDarkroom();
const none = (): never => {
  throw new Error('Only processing is asked for here.');
};
const darkroom: Darkroom = {
  close: () => previews.close(),
  inspect: none,
  prepare: none,
  regions: none,
  export: none,
  process: (job) => dying('make', () => previews.process(job)),
};
function dyingLine(transport: Transport): Transport {
  const step = (path: string): string => (path.endsWith('/settle') ? 'settle' : path.endsWith('/operations') ? 'hold' : 'other');
  return {
    ...transport,
    send: (request) => (request.method === 'POST' ? dying(step(request.path), () => transport.send(request)) : transport.send(request)),
  };
}
const studio = await openStudio({
  dataFolder: folder,
  world,
  settings: new SettingsStore(join(folder, 'settings.json'), {
    theme: 'system',
    surround: 118,
    outputFolder: join(folder, 'out'),
    serverUrl: null,
  }),
  desktop: {
    choosePhotos: async () => [],
    choosePictures: async () => [],
    chooseFolder: async () => null,
    chooseSavePath: async () => null,
    openFile: async () => null,
    showInFolder: () => undefined,
    openAddress: async () => undefined,
  },
  darkroom,
  emit: events.emit,
  transportTo: (address) => dyingLine(httpTransport(address, world.timers)),
});
// Its timers do not keep a process alive; it lasts until it dies.
setInterval(() => undefined, 60_000);
let begun = false;
events.on('wallet.changed', ({ connection }) => {
  if (connection.state !== 'online' || begun) return;
  begun = true;
  for (const ids of [photoIds, ...next]) {
    const started = studio.processing.start(ids, chain);
    if (!started.ok) throw new Error(started.error.message);
  }
});
studio.connect({ url, token, local: true });
