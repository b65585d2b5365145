/**
 * Updates from a configured feed; without one, nothing happens and nothing is said.
 * A downloaded update is checked by electron-updater (sha512 of the feed, and the signature where the system has one)
 * and installed when the user quits. It never interrupts work, and it never asks.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isServerAddress } from '../../shared/server-address.ts';
import type { Log } from '../storage/log.ts';
import { replaceFile } from '../storage/replace-file.ts';

/** The feed to use: https anywhere, plain http on this machine only (tests). Null: updates are off. */
const feedFrom = (address: string | undefined): string | null =>
  address !== undefined && isServerAddress(address) ? new URL(address).href : null;

/** What the installation is configured with: the environment, else one line in `update-feed.txt` beside the program's resources. */
export function configuredFeed(environment: Readonly<Record<string, string | undefined>>, resourcesFolder: string): string | null {
  const named = environment['BACKLOT_UPDATE_FEED'];
  if (named !== undefined) return feedFrom(named.trim());
  try {
    return feedFrom(readFileSync(join(resourcesFolder, 'update-feed.txt'), 'utf8').trim());
  } catch {
    return null;
  }
}

/** Looks for an update once. Answers what came of it; a feed that fails is a line in the log, never a message to the user. */
export async function lookForUpdate(
  feed: string | null,
  dataFolder: string,
  log: Log,
): Promise<'off' | 'current' | 'downloaded' | 'failed'> {
  if (feed === null) return 'off';
  const { default: updaters } = await import('electron-updater');
  const updater = updaters.autoUpdater;
  // Its own configuration file would have to lie beside the program; the only thing it needs from it is a folder's name.
  const configuration = join(dataFolder, 'update.yml');
  replaceFile(configuration, 'provider: generic\nupdaterCacheDirName: backlot-updates\n');
  updater.updateConfigPath = configuration;
  updater.forceDevUpdateConfig = true;
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  // Without a listener an 'error' event would be an exception; the same error rejects below.
  updater.on('error', () => undefined);
  updater.setFeedURL({ provider: 'generic', url: feed });
  try {
    const found = await updater.checkForUpdates();
    if (!found?.isUpdateAvailable) return 'current';
    await updater.downloadUpdate(found.cancellationToken);
    log.line('updater', `version ${found.updateInfo.version} is ready and will be installed on quit`);
    return 'downloaded';
  } catch (fault) {
    log.line('updater', fault instanceof Error ? fault.message : String(fault));
    return 'failed';
  }
}
