/**
 * Between the shell (Electron) and the studio (wallet, library, applying; no Electron): what the shell gives,
 * and what it expects. `studio.ts` keeps this promise as `openStudio(ports): Promise<Studio>`.
 */

import type { Result } from '../../shared/result.ts';
import type { Darkroom, WholeDarkroom } from '../darkroom/port.ts';
import type { Handlers } from '../dispatch.ts';
import type { Emit } from '../events.ts';
import type { PictureFile, PictureKind } from '../library/pictures.ts';
import type { Cases } from '../paid-work/cases.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { World } from '../world.ts';
import type { Desktop } from './desktop.ts';

/** Where a picture lies; a problem when there is no such picture (yet). Only the library knows paths. */
export type FindPicture = (kind: PictureKind, id: string) => Promise<Result<PictureFile>>;

/** Where the machine's power comes from. */
export interface Power {
  isOnBattery(): boolean;
  onChange(listener: () => void): void;
}

/** What preparing photos before anybody asks for them needs. */
export interface PrefetchPorts {
  readonly darkroom: Pick<WholeDarkroom, 'prefetch'>;
  readonly power: Power;
  /** Another network finds the subject from now on: what was prepared is worth nothing to it. */
  readonly onOtherNetwork: (listener: () => void) => void;
}

/** What the studio takes from the system it runs on, all of it replaceable in tests. */
export interface StudioPorts {
  /** Absolute. Databases, thumbnails, cut-outs, results and invoices live below it. */
  readonly dataFolder: string;
  readonly world: World;
  readonly settings: SettingsStore;
  readonly desktop: Desktop;
  /** Started on first use: opening the studio must not wait for it. */
  readonly darkroom: Darkroom;
  readonly emit: Emit;
  /** Absent: nothing is prefetched, as for the command line, which applies what it imports at once. */
  readonly prefetch?: PrefetchPorts;
  /** The system's own answer to which proxy an address is reached through, as a PAC file gives it. Absent: only the environment names one. */
  readonly systemProxy?: (address: string) => Promise<string>;
}

/** Where the credit server is; the token is held in memory only. */
export interface ServerAddress {
  readonly url: string;
  readonly token: string;
  /** True for the studio's own server. */
  readonly local: boolean;
}

/** Those about the model, which is fetched beside the studio. */
export type ModelCall = 'model.get' | 'model.fetch' | 'model.cancel' | 'model.own' | 'model.network' | 'model.useOwn' | 'model.leaveOwn';

/** The calls that only the shell can answer. */
export type ShellCall =
  | ModelCall
  | 'settings.get'
  | 'settings.set'
  | 'settings.chooseOutputFolder'
  | 'app.info'
  | 'app.notices'
  | 'app.dismissNotice'
  | 'app.showNotice'
  | 'app.askAboutNotice'
  | 'app.openLink';

/** An open studio, on one data folder and without a window. */
export interface Studio {
  readonly handlers: Omit<Handlers, ShellCall>;
  /** Which file answers a picture's address. */
  readonly pictureFile: FindPicture;
  /** What was charged and could not be delivered as it should be. */
  readonly cases: Cases;
  /** The server answers at this address from now on (again after a restart: the port changes). Starts syncing. */
  connect(server: ServerAddress): void;
  /** The server cannot be reached; `reason` is for people. */
  disconnect(reason: string, local: boolean): void;
  /** Pauses applying after the photo that is being written, ends syncing and closes the databases. */
  close(): Promise<void>;
}
