/**
 * Updates from a configured feed; without one, nothing happens and nothing is said.
 * A downloaded update is checked by electron-updater (sha512 of the feed, and the signature where the system has one)
 * and installed when the user quits. It never interrupts work, and it never asks.
 */
import type { Log } from './log.ts';

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
export async function lookForUpdate(feed: string | null, log: Log): Promise<'off' | 'current' | 'downloaded' | 'failed'> {
  if (feed === null) return 'off';
  const { default: updaters } = await import('electron-updater');
  const updater = updaters.autoUpdater;
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  updater.forceDevUpdateConfig = true;
  updater.on('error', (fault) => log.line('updater', fault.message));
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
