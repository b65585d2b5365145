/** Where uploads come in: what speaks the protocol is loaded with the first of them, so that no start of the server waits for it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MOST_UPLOAD_BYTES } from '../../shared/api/index.ts';
import type { Journal } from '../journal.ts';
import type { TusDesk } from './tus.ts';
import type { Sender, Uploads } from './uploads.ts';

const TUS_VERSION = '1.0.0';
/** Expiration is the desk's: by the server's clock, from the last byte. */
const EXTENSIONS = ['creation', 'termination', 'expiration'];

/** Everything under UPLOADS_PATH. */
export class UploadDoor {
  readonly #open: () => Promise<TusDesk>;
  #desk: Promise<TusDesk> | null = null;

  constructor(uploads: Uploads, journal: Pick<Journal, 'fault'>) {
    this.#open = async () => {
      const { TusDesk } = await import('./tus.ts');
      return new TusDesk(uploads, journal);
    };
  }

  /** Reads the request's body and writes the answer. */
  async answer(sender: Sender, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#desk ??= this.#open();
    await (await this.#desk).answer(sender, incoming, outgoing);
  }

  /** What is spoken here; asks nobody. */
  async capabilities(_request: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing
      .setHeader('tus-resumable', TUS_VERSION)
      .setHeader('tus-version', TUS_VERSION)
      .setHeader('tus-extension', EXTENSIONS.join(','))
      .setHeader('tus-max-size', String(MOST_UPLOAD_BYTES))
      .setHeader('cache-control', 'no-store');
    outgoing.writeHead(204).end();
  }
}
