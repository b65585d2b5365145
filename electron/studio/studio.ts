/**
 * The studio without its window: library, darkroom, applying and wallet put together over one data folder. The app's main
 * process, the command line and the tests open the same one. From top to bottom: each part is given only parts that are there.
 */
import { join } from 'node:path';
import { pictureFile } from '../library/pictures.ts';
import { Cases } from '../paid-work/cases.ts';
import { PaidRecords } from '../paid-work/records.ts';
import { httpTransport, type Transport } from '../wallet/transport.ts';
import { Wallet } from '../wallet/wallet.ts';
import { type StudioParts, studioCalls } from './calls.ts';
import { type CraftParts, openApplying, openEngine, openProcessing, openRecovery } from './crafts.ts';
import { openDatabases } from './databases.ts';
import type { ServerAddress, Studio as ShellStudio, StudioPorts } from './port.ts';
import { openShelf } from './shelf.ts';

/** The parts, for those who use them directly (command line, tests). */
export interface Studio extends ShellStudio, StudioParts {}

interface StudioOptions extends StudioPorts {
  /** How a server is reached; HTTP through the network of this process unless it is said here. */
  readonly transportTo?: (server: ServerAddress) => Transport;
  /** False: results stay in the library, and whoever opened the studio puts copies where they belong. */
  readonly savesCopies?: boolean;
}

/** Opens the databases below `dataFolder` and takes up what an earlier process left. The network is not needed; `connect` brings it. */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { dataFolder, world, emit } = options;
  const databases = openDatabases(dataFolder, world);
  const { photos, requests: outbox, cache } = databases;
  const records = new PaidRecords(dataFolder, world);
  const cases = new Cases(dataFolder, world, () => emit('notices.changed', undefined));
  const wallet = new Wallet({ cache, outbox, world, emit, invoiceFolder: join(dataFolder, 'invoices') });
  const shelf = openShelf({ ports: options, photos, wallet, savesCopies: options.savesCopies !== false });
  const paid: CraftParts = { ports: options, databases, shelf, wallet, records, cases };
  const engine = openEngine(paid);
  const applying = openApplying(paid, engine);
  const processing = openProcessing(paid, engine);
  const recovery = openRecovery(paid, { engine, applying, processing });
  processing.tidy();
  engine.paidWork.resume();
  void recovery.run();
  void shelf.copies.makeUp();

  const { library, previews, prefetch, assets, reports, copies, folders } = shelf;
  const parts: StudioParts = { library, previews, prefetch, assets, reports, applying, processing, wallet, recovery };
  const transportTo = options.transportTo ?? transportOver(options);
  return {
    ...parts,
    cases,
    handlers: studioCalls(parts, options.desktop, world),
    pictureFile: async (kind, id) => pictureFile(photos, folders, previews, kind, id),
    connect: (server) => wallet.connect(transportTo(server), server.local),
    disconnect: (reason, local) => wallet.disconnect(reason, local),
    async close() {
      prefetch?.close();
      await Promise.all([recovery.stop(), copies.stop(), shelf.sending.stop(), engine.fetching.stop()]);
      await engine.paidWork.stop();
      applying.close();
      engine.jobs.close();
      wallet.close();
      databases.outboxDb.close();
      photos.close();
    },
  };
}

/** HTTP, through what the environment or the system names as proxy. */
function transportOver({ world, systemProxy }: StudioPorts): (server: ServerAddress) => Transport {
  const network = systemProxy === undefined ? undefined : { environment: process.env, systemProxy };
  return (server) => httpTransport(server, world.timers, undefined, network);
}
