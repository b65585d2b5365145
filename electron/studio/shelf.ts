/** The photos and everything beside them: what the library, its assets, previews, copies and reports are put together from. */
import { join } from 'node:path';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { ok, type Result } from '../../shared/result.ts';
import { Assets } from '../library/assets.ts';
import { Copies } from '../library/copies.ts';
import { Library, libraryFolders } from '../library/library.ts';
import { Prefetch } from '../library/prefetch.ts';
import { Previews } from '../library/previews.ts';
import type { LibraryStore } from '../library/store.ts';
import { Packing } from '../reporting/packing.ts';
import { Reports } from '../reporting/reports.ts';
import { Sending } from '../reporting/sending.ts';
import type { Transport } from '../wallet/transport.ts';
import type { Wallet } from '../wallet/wallet.ts';
import type { StudioPorts } from './port.ts';

interface ShelfParts {
  readonly ports: StudioPorts;
  readonly photos: LibraryStore;
  /** Reports go to the server through its outbox. */
  readonly wallet: Wallet;
  /** False: results stay in the library. */
  readonly savesCopies: boolean;
}

/** The photos and everything beside them, open. */
export type Shelf = ReturnType<typeof openShelf>;

/** Opens them on this store, and connects reports with the wallet's outbox. */
export function openShelf({ ports, photos: store, wallet, savesCopies }: ShelfParts) {
  const { dataFolder, world, settings, darkroom, emit } = ports;
  const folders = libraryFolders(dataFolder);
  const library = new Library({ store, darkroom, world, emit, folderOf: folders.photo });
  const announce = (photoIds: readonly string[]): void => library.announce(photoIds);
  const assets = new Assets({ store, darkroom, world, emit, folder: folders.assets });
  const previews = new Previews({
    darkroom,
    emit,
    original: (photoId) => library.original(photoId),
    folderOf: folders.photo,
    previewed(photoId) {
      if (store.markPreviewed(photoId)) announce([photoId]);
    },
  });
  const prefetch = prefetchOf(ports, library, folders.photo);
  const { reports, sending } = openReports({ ports, store, wallet, library });
  /** Null: nobody wants copies. */
  const outputFolder = (): string | null => (savesCopies ? settings.get().outputFolder : null);
  const copies = new Copies({ store, outputFolder, announce, world });
  settings.onChange(() => void copies.makeUp());

  /** The files that a recipe names; a problem when one is not in the library. */
  const filesOf = (recipe: Recipe): Result<{ backgroundPath: string | null; logoPath: string | null }> => {
    const background = recipe.background?.kind === 'file' ? assets.file(recipe.background.fileId, 'background') : ok(null);
    const logo = recipe.logo === null ? ok(null) : assets.file(recipe.logo.fileId, 'logo');
    if (!background.ok) return background;
    return logo.ok ? ok({ backgroundPath: background.value, logoPath: logo.value }) : logo;
  };
  return { folders, library, assets, previews, prefetch, reports, sending, copies, outputFolder, filesOf };
}

/** Opened, and connected with the wallet's outbox and connection; what an earlier process left is taken up when there is one. */
function openReports({ ports, store, wallet, library }: Pick<ShelfParts, 'ports' | 'wallet'> & { store: LibraryStore; library: Library }) {
  const { dataFolder, world, emit } = ports;
  const announce = (photoIds: readonly string[]): void => library.announce(photoIds);
  const send = (opId: OpId, path: string, body: unknown): void => wallet.send({ opId, kind: 'report', path, body });
  const packing = new Packing({ store, library, world, folderOf: (reportId) => join(dataFolder, 'reports', reportId) });
  const transportFor = (accountId: AccountId): Transport | null => wallet.transportFor(accountId);
  const sending = new Sending({ store, packing, world, transportFor, send, changed: () => reports.changed() });
  const accountId = (): AccountId => wallet.accountId() ?? NO_ACCOUNT;
  const reports: Reports = new Reports({ store, world, emit, announce, send, packing, sending, desk: wallet.reportDesk, accountId });
  wallet.onReports((seen) => reports.seen(seen));
  wallet.onAnswer((kind, opId, verdict) => {
    if (kind !== 'report') return;
    if (verdict.kind === 'accepted') reports.opened(opId, verdict.body);
    else if (verdict.kind === 'refused') reports.declined(opId, verdict.problem.detail);
  });
  wallet.attach({ connected: () => sending.connected() });
  return { reports, sending };
}

/** Null: nothing is prepared before it is asked for. On battery only where a setting says so. */
function prefetchOf({ prefetch, settings }: StudioPorts, library: Library, folderOf: (photoId: string) => string): Prefetch | null {
  if (prefetch === undefined) return null;
  const { darkroom, power, onOtherNetwork } = prefetch;
  const mayWork = (): boolean => !power.isOnBattery() || settings.get().prefetchOnBattery === true;
  const prepared = new Prefetch({ darkroom, original: (photoId) => library.original(photoId), folderOf, mayWork });
  power.onChange(() => prepared.mayHaveChanged());
  settings.onChange(() => prepared.mayHaveChanged());
  onOtherNetwork(() => prepared.beginAnew());
  return prepared;
}
