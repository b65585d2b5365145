/** The tus protocol (1.0: creation, termination, expiration) in front of the uploads, by its reference server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { DataStore, Server, Upload } from '@tus/server';
import { type ProblemCode, UPLOADS_PATH, type UploadMetadata, uploadMetadata } from '../../shared/api/index.ts';
import { messageOf } from '../failures.ts';
import type { Journal } from '../journal.ts';
import { FAILED, problemOf, problemOfInvalid, problemOfThrown, Refusal } from '../problems.ts';
import { expiryOf } from './forgetting.ts';
import type { UploadRow } from './records.ts';
import type { Sender, Uploads } from './uploads.ts';

/** A request on its way through the protocol. */
interface Exchange {
  readonly sender: Sender;
  /** Set as soon as the declaration was read. */
  metadata?: UploadMetadata;
  row?: UploadRow;
  refused?: unknown;
}

/** What the protocol refuses by itself, by its status. The status stays as the protocol has it. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  409: 'conflict',
  410: 'gone',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

/** Answers requests under UPLOADS_PATH. Every refusal is a problem document. */
export class TusDesk {
  readonly #uploads: Uploads;
  readonly #journal: Pick<Journal, 'fault'>;
  readonly #server: Server;
  readonly #exchanges = new WeakMap<object, Exchange>();

  constructor(uploads: Uploads, journal: Pick<Journal, 'fault'>) {
    this.#uploads = uploads;
    this.#journal = journal;
    this.#server = new Server({
      path: UPLOADS_PATH,
      relativeLocation: true,
      datastore: new Store(uploads),
      allowedOrigins: () => false,
      namingFunction: (request, metadata) => this.#noted(request, (exchange) => this.#nameOf(exchange, metadata)),
      onUploadCreate: (request, upload) => this.#noted(request, (exchange) => this.#create(exchange, upload)),
      onIncomingRequest: (request, id) => this.#noted(request, (exchange) => this.#admit(exchange, id)),
      onUploadFinish: (request, upload) => this.#noted(request, (exchange) => this.#finish(exchange, upload.id)),
      onResponseError: (request, error) => {
        const exchange = this.#exchanges.get(request);
        if (exchange !== undefined) exchange.refused ??= error;
        return undefined;
      },
    });
  }

  /** Reads the request's body and writes the answer. */
  async answer(sender: Sender, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = webRequest(incoming);
    const exchange: Exchange = { sender };
    this.#exchanges.set(request, exchange);
    const response = await this.#server.handleWeb(request);
    for (const [name, value] of response.headers) if (!name.startsWith('access-control-')) outgoing.setHeader(name, value);
    const { row } = exchange;
    if (row !== undefined && row.state === 'arriving') outgoing.setHeader('upload-expires', new Date(expiryOf(row)).toUTCString());
    outgoing.setHeader('cache-control', 'no-store');
    if (response.status < 400) {
      outgoing.writeHead(response.status).end();
      return;
    }
    const problem = refusalOf(exchange.refused, response.status);
    // A sender who left is no fault of the server's.
    if (problem.code === 'internal' && !incoming.destroyed)
      this.#journal.fault('an upload failed', { reason: messageOf(exchange.refused) });
    const body = Buffer.from(JSON.stringify(problem), 'utf8');
    outgoing.setHeader('content-type', 'application/problem+json').setHeader('content-length', body.length);
    if (problem.status === 503 || problem.status === 429) outgoing.setHeader('retry-after', '1');
    outgoing.writeHead(problem.status).end(incoming.method === 'HEAD' ? undefined : body);
  }

  async #noted<T>(request: object, work: (exchange: Exchange) => T | Promise<T>): Promise<T> {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined) throw new Error('A request came past the desk.');
    try {
      return await work(exchange);
    } catch (error) {
      exchange.refused = error;
      throw error;
    }
  }

  #nameOf(exchange: Exchange, metadata: Record<string, string | null> | undefined): string {
    const read = uploadMetadata.safeParse(metadata ?? {});
    if (!read.success)
      throw new InvalidMetadata(
        read.error.issues.map(({ path, message, ...params }) => ({ instancePath: `/${path.join('/')}`, message, params })),
      );
    exchange.metadata = read.data;
    return this.#uploads.idOf(exchange.sender, read.data);
  }

  async #create(exchange: Exchange, upload: Upload): Promise<Record<string, never>> {
    if (exchange.metadata === undefined) throw new Error('An upload was made before it was declared.');
    exchange.row = await this.#uploads.declare(exchange.sender, exchange.metadata, upload.size ?? 0);
    return {};
  }

  /** Of the request that makes an upload there is nothing to find yet. */
  async #admit(exchange: Exchange, uploadId: string): Promise<void> {
    if (exchange.metadata !== undefined) return;
    const row = await this.#uploads.find(exchange.sender, uploadId);
    // Whole, and not proved: the request that brought the last byte did not live to see it.
    exchange.row = row.received === row.bytes ? ((await this.#uploads.finish(uploadId)) ?? row) : row;
  }

  async #finish(exchange: Exchange, uploadId: string): Promise<Record<string, never>> {
    const row = await this.#uploads.finish(uploadId);
    if (row !== null) exchange.row = row;
    return {};
  }
}

/** What the reference server asks of a store. Rights and expiry were judged before, by the desk. */
class Store extends DataStore {
  readonly #uploads: Uploads;

  constructor(uploads: Uploads) {
    super();
    this.#uploads = uploads;
    this.extensions = ['creation', 'termination'];
  }

  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#uploads.known(id);
    return new Upload({ id, size: row.bytes, offset: row.received, metadata: {} });
  }

  override write(stream: Readable, id: string, offset: number): Promise<number> {
    return this.#uploads.append(id, offset, stream);
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.remove(id);
  }
}

class InvalidMetadata extends Error {
  readonly issues: Parameters<typeof problemOfInvalid>[0];
  constructor(issues: InvalidMetadata['issues']) {
    super('Upload-Metadata does not fit the contract.');
    this.issues = issues;
  }
}

function refusalOf(error: unknown, status: number): ReturnType<typeof problemOf> {
  if (error instanceof InvalidMetadata) return problemOfInvalid(error.issues);
  if (error instanceof Refusal || status >= 500) return problemOfThrown(error) ?? FAILED;
  const thrown = problemOfThrown(error);
  if (thrown !== null) return thrown;
  const said =
    typeof error === 'object' && error !== null && 'body' in error
      ? String(error.body).trim()
      : 'The request is not one of the tus protocol 1.0.';
  return { ...problemOf(BY_STATUS[status] ?? 'invalid_request', `${said} Nothing was taken.`), status };
}

function webRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && name !== 'authorization') headers.set(name, String(value));
  const method = incoming.method ?? 'GET';
  const hasBody = method === 'POST' || method === 'PATCH';
  return new Request(new URL(incoming.url ?? '/', 'http://server'), {
    method,
    headers,
    // One class, declared twice: Node's streams and the DOM's are the same objects.
    ...(hasBody && { body: Readable.toWeb(incoming) as unknown as ReadableStream, duplex: 'half' }),
  });
}
