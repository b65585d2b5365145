/**
 * Updates from a configured feed; without one, nothing happens and nothing is said.
 * A downloaded update is checked by electron-updater (sha512 of the feed, and the signature where the system has one)
 * and installed when the user quits. It never interrupts work, and it never asks.
 */
import { join } from 'node:path';
import type { Log } from './log.ts';
import { replaceFile } from './settings.ts';

/** The feed to use: https anywhere, plain http on this machine only (tests). Null: updates are off. */
export function feedFrom(address: string | undefined): string | null {
  if (address === undefined || address === '') return null;
  try {
    const url = new URL(address);
    const allowed =
      url.protocol === 'https:' || (url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost'));
    return allowed ? url.href : null;
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
