/** The studio without its window, for the command line: its own library per account, the app's own code for everything. */
import { join } from 'node:path';
import type { WholeDarkroom } from '../../electron/darkroom/port.ts';
import { Events } from '../../electron/events.ts';
import { SettingsStore } from '../../electron/storage/settings.ts';
import type { Desktop } from '../../electron/studio/desktop.ts';
import { openStudio, type Studio } from '../../electron/studio/studio.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Session } from '../command.ts';
import { waitTurn } from '../folder-lock.ts';
import { failedBy } from '../outcome.ts';
import { accountFolder } from '../places.ts';
import { darkroomOnFirstUse } from './darkroom.ts';

/** The studio of one account, open on its folder of this machine. */
export interface OpenedStudio {
  readonly studio: Studio;
  readonly events: Events;
  readonly folder: string;
  readonly darkroom: WholeDarkroom;
  /** Comes to rest after the picture that is being written. */
  close(): Promise<void>;
}

/** Nobody sits in front of it: every dialog is cancelled. */
const nobody: Desktop = {
  choosePhotos: async () => [],
  choosePictures: async () => [],
  chooseFolder: async () => null,
  chooseSavePath: async () => null,
  openFile: async () => 'there is no desktop here',
  showInFolder: () => undefined,
  openAddress: async () => undefined,
};

/** Opens it on the account's own folder, connected and in sync. Waits its turn behind another command that works there. Throws when offline. */
export async function openOwnStudio(session: Session, accountId: AccountId): Promise<OpenedStudio> {
  const { world, screen } = session;
  const connection = await session.connect();
  const folder = accountFolder(session.dataFolder, accountId);
  const turn = await waitTurn(session, folder);
  const events = new Events((error) => world.log('a listener failed', { error: String(error) }));
  const darkroom = darkroomOnFirstUse(session.environment, (line) => world.log(line));
  const studio = await openStudio({
    dataFolder: folder,
    world,
    settings: new SettingsStore(join(folder, 'settings.json'), { theme: 'system', surround: 96, outputFolder: folder, serverUrl: null }),
    desktop: nobody,
    darkroom,
    emit: events.emit,
    savesCopies: false,
    transportTo: () => connection.transport(),
  });
  const close = async (): Promise<void> => {
    await studio.close();
    await darkroom.close();
    turn.end();
  };
  screen.progress('reading the wallet …');
  studio.connect(connection.server);
  const { state, reason } = await studio.wallet.sync();
  if (state === 'online') {
    // What was charged is matched to its pictures before anything else is asked for.
    await studio.recovery.run();
    return { studio, events, folder, darkroom, close };
  }
  await close();
  throw failedBy({
    code: 'offline',
    message: `Offline. ${reason ?? 'The credit server cannot be reached.'} Nothing was charged by this command.`,
  });
}
