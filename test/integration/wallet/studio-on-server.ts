/** A whole studio without its window, on the real server and with the real darkroom; its network can be cut and can fail. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { trustedSources } from '../../../electron/darkroom/matte/model-sources.ts';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { Events } from '../../../electron/events.ts';
import { SettingsStore } from '../../../electron/storage/settings.ts';
import type { Desktop } from '../../../electron/studio/desktop.ts';
import { openStudio, type Studio } from '../../../electron/studio/studio.ts';
import { type Answer, httpTransport, type Transport } from '../../../electron/wallet/transport.ts';
import { realWorld } from '../../../electron/world.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import type { ProcessingRun } from '../../../shared/ipc/processing.ts';
import { millis } from '../../quantities.ts';
import { standInModel } from '../../stand-in-model.ts';
import type { Account, RunningServer } from '../server/running-server.ts';

export const onPaper: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };

export type Trouble = 'drop request' | 'drop response' | 'fault 500' | 'busy 503';

export interface Line {
  /** What becomes of the next requests, one each; null: it goes through. */
  readonly troubles: (Trouble | null)[];
  /** A pulled cable: nothing goes through until it is plugged in again. */
  cut: boolean;
  /** So many more pieces of files get through; then uploads meet with silence. */
  piecesLeft: number;
  /** So many more ranges of a file come through. */
  rangesLeft: number;
  readonly sent: string[];
  /** Resolves once the stream of wake-ups is open and what it brought first has been pulled. */
  listening: Promise<void>;
}

const silence: Answer = { kind: 'silence', reason: 'The credit server cannot be reached.' };

/** The real HTTP transport behind a line that fails as told. */
function troubled(transport: Transport, line: Line): Transport {
  return {
    async send(request) {
      line.sent.push(`${request.method} ${request.path}`);
      if (line.cut) return silence;
      const trouble = request.method === 'POST' ? (line.troubles.shift() ?? null) : null;
      if (trouble === 'drop request') return silence;
      if (trouble === 'fault 500') return { kind: 'answer', status: 500, body: null, retryAfterMs: null };
      if (trouble === 'busy 503') return { kind: 'answer', status: 503, body: null, retryAfterMs: millis(10) };
      const answer = await transport.send(request);
      return trouble === 'drop response' ? silence : answer;
    },
    async download(path, range) {
      line.sent.push(`GET ${path}${range === undefined ? '' : ` from ${range.at}`}`);
      if (line.cut || (range !== undefined && line.rangesLeft === 0))
        return { kind: 'no file', reason: 'The credit server cannot be reached.' };
      if (range !== undefined) line.rangesLeft -= 1;
      return transport.download(path, range);
    },
    async upload(request) {
      line.sent.push(`${request.method} ${request.path}`);
      if (line.cut || line.piecesLeft === 0) return silence;
      if (request.method === 'PATCH') line.piecesLeft -= 1;
      return transport.upload(request);
    },
    listen(path, listener) {
      let opened = (): void => undefined;
      line.listening = new Promise((resolve) => {
        opened = resolve;
      });
      return transport.listen(path, {
        ...listener,
        wake(what) {
          listener.wake(what);
          opened();
        },
      });
    },
  };
}

export interface OpenedStudio {
  readonly studio: Studio;
  readonly events: Events;
  readonly line: Line;
  readonly folder: string;
  connect(): void;
  /** Waits until something holds; looks again whenever the studio says that something changed. */
  until(reached: () => boolean): Promise<void>;
  online(): Promise<void>;
  /** A small photo with something in it. */
  photo(name: string): Promise<string>;
  import(...names: string[]): Promise<string[]>;
  /** Ends the process properly, keeping its folder. */
  close(): Promise<void>;
}

const desktop: Desktop = {
  choosePhotos: async () => [],
  choosePictures: async () => [],
  chooseFolder: async () => null,
  chooseSavePath: async () => null,
  openFile: async () => null,
  showInFolder: () => undefined,
  openAddress: async () => undefined,
};

export const studioFolder = (): string => mkdtempSync(join(tmpdir(), 'backlot-studio-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A studio that closes leaves it open for the next one. */
class SharedDarkroom extends LocalDarkroom {
  override async close(): Promise<void> {}
  end(): Promise<void> {
    return super.close();
  }
}
let shared: { readonly room: SharedDarkroom; readonly cache: string } | null = null;
/** The real darkroom, one for all tests of a file, with the stand-in for its model: who looks at pictures brings his own. */
function oneDarkroom(): Darkroom {
  if (shared === null) {
    const model = standInModel();
    const room = new SharedDarkroom({ modelDir: modelFolder({ ...model }), threads: 2, trusted: trustedSources({ ...model }, null) });
    shared = { room, cache: model.BACKLOT_CACHE };
  }
  return shared.room;
}
export async function closeDarkroom(): Promise<void> {
  await shared?.room.end();
  if (shared !== null) removeFolder(shared.cache);
  shared = null;
}

export async function openOn(
  server: RunningServer,
  account: Account,
  folder: string,
  darkroom: Darkroom = oneDarkroom(),
): Promise<OpenedStudio> {
  const photos = join(folder, 'photos in');
  mkdirSync(photos, { recursive: true });
  const events = new Events((error) => {
    throw error;
  });
  const line: Line = {
    troubles: [],
    cut: false,
    piecesLeft: Number.POSITIVE_INFINITY,
    rangesLeft: Number.POSITIVE_INFINITY,
    sent: [],
    listening: new Promise(() => undefined),
  };
  const settings = new SettingsStore(join(folder, 'settings.json'), {
    theme: 'system',
    surround: 118,
    outputFolder: join(folder, 'out'),
    serverUrl: null,
  });
  const log = process.env['BACKLOT_TEST_LOG'] === undefined ? () => undefined : console.log;
  const world = realWorld(log);
  const studio = await openStudio({
    dataFolder: folder,
    world,
    settings,
    desktop,
    darkroom,
    emit: events.emit,
    transportTo: (address) => troubled(httpTransport(address, world.timers), line),
  });
  const opened: OpenedStudio = {
    studio,
    events,
    line,
    folder,
    connect: () => studio.connect({ url: server.url, token: account.token, local: true }),
    until: (reached) =>
      new Promise((resolve) => {
        const ends: (() => void)[] = [];
        const look = (): void => {
          if (!reached()) return;
          for (const end of ends) end();
          resolve();
        };
        for (const name of ['wallet.changed', 'applying.changed', 'library.changed', 'reports.changed'] as const)
          ends.push(events.on(name, look));
        look();
      }),
    async online() {
      opened.connect();
      await opened.until(() => studio.wallet.get().connection.state === 'online');
    },
    async photo(name) {
      // Rather flat, so that it is soon looked through for wheels.
      const subject = Buffer.from('<svg width="160" height="120"><ellipse cx="80" cy="60" rx="36" ry="12" fill="#b3202a"/></svg>');
      const picture = sharp({ create: { width: 160, height: 120, channels: 3, background: '#d8d8d0' } }).composite([{ input: subject }]);
      writeFileSync(join(photos, name), await picture.jpeg({ quality: 92 }).toBuffer());
      return join(photos, name);
    },
    async import(...names) {
      const paths = await Promise.all(names.map((name) => opened.photo(name)));
      return [...(await studio.library.importPaths(paths)).imported];
    },
    close: () => studio.close(),
  };
  return opened;
}

/**
 * A run of processing as it is when it has ended, with so many photos done at least.
 * @param id null: the only one that is open
 */
export function processed(
  { studio, events }: Pick<OpenedStudio, 'studio' | 'events'>,
  least = 0,
  id: string | null = null,
): Promise<ProcessingRun> {
  return new Promise((resolve) => {
    const look = (now: ProcessingRun): void => {
      if (now.summary === null || now.done < least || (id !== null && now.id !== id)) return;
      end();
      resolve(now);
    };
    const end = events.on('processing.changed', look);
    // Before one that has ended stand those that are open.
    const runs = studio.processing.runs();
    for (const run of id === null ? runs.slice(0, 1) : runs) look(run);
  });
}

/** The only running or last finished batch is over. */
export const finished = (studio: Studio) => (): boolean =>
  studio.applying.batches().length > 0 && studio.applying.batches().every(({ state }) => state === 'finished' || state === 'cancelled');
