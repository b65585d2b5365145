/** Files of reports, sent as a studio sends them, and what tests do to them on their way. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Answer, type Client, type Json, opId, type RunningServer } from './running-server.ts';

export const UPLOADS = '/v1/uploads';
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file with JPEG's signature, then bytes that follow from `seed`. */
export function jpeg(bytes: number, seed = 7): Buffer {
  const file = Buffer.alloc(bytes);
  for (let at = 0, value = seed; at < bytes; at += 1) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    file[at] = value >>> 24;
  }
  file.set([0xff, 0xd8, 0xff, 0xe0]);
  return file;
}

/** What is declared of the bytes; any of it may be said otherwise. */
export const declared = (bytes: Uint8Array, other: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  opId: opId(),
  role: 'result',
  type: 'image/jpeg',
  sha256: sha256(bytes),
  ...other,
});

export const metadataHeader = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value, 'utf8').toString('base64')}`)
    .join(',');

/** A request of the tus protocol. */
export async function tus(
  server: Pick<RunningServer, 'url'>,
  client: Pick<Client, 'token'>,
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array } = {},
): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${client.token}`, 'tus-resumable': '1.0.0', ...headers },
    ...(body !== undefined && { body: new Uint8Array(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

export const declare = (
  server: Pick<RunningServer, 'url'>,
  client: Pick<Client, 'token'>,
  metadata: Readonly<Record<string, string>>,
  bytes: number,
): Promise<Answer> =>
  tus(server, client, 'POST', UPLOADS, { headers: { 'upload-length': String(bytes), 'upload-metadata': metadataHeader(metadata) } });

export const patch = (
  server: Pick<RunningServer, 'url'>,
  client: Pick<Client, 'token'>,
  path: string,
  offset: number,
  body: Uint8Array,
): Promise<Answer> =>
  tus(server, client, 'PATCH', path, {
    headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body,
  });

/** Where the upload stands. */
export const offsetOf = async (server: Pick<RunningServer, 'url'>, client: Pick<Client, 'token'>, path: string): Promise<number> =>
  Number((await tus(server, client, 'HEAD', path)).headers.get('upload-offset'));

/** Declares and sends all of it. Answers the upload's id. */
export async function sent(
  server: Pick<RunningServer, 'url'>,
  client: Pick<Client, 'token'>,
  bytes: Uint8Array,
  other: Readonly<Record<string, string>> = {},
): Promise<string> {
  const made = await declare(server, client, declared(bytes, other), bytes.length);
  const path = made.headers.get('location') ?? '';
  const last = made.status === 201 ? await patch(server, client, path, 0, bytes) : made;
  if (last.status !== 204) throw new Error(`${last.status} ${JSON.stringify(last.body)}`);
  return idIn(path);
}

export const idIn = (path: string): string => path.slice(UPLOADS.length + 1);

/** The files of the store in a server's folder. */
export const objectsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'objects'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
    .map((entry) => join(entry.parentPath, entry.name));

/** Announces all of the body, sends only so much of it, and breaks the connection off as soon as a segment of it lies in the store. */
export async function cutOff(
  server: Pick<RunningServer, 'url' | 'folder'>,
  client: Pick<Client, 'token'>,
  path: string,
  { body, after }: { readonly body: Uint8Array; readonly after: number },
): Promise<void> {
  const before = existsSync(join(server.folder, 'objects')) ? objectsIn(server.folder).length : 0;
  const sending = request(`${server.url}${path}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${client.token}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': String(body.length),
    },
  });
  sending.once('error', () => undefined);
  sending.write(body.subarray(0, after));
  await expect.poll(() => existsSync(join(server.folder, 'objects')) && objectsIn(server.folder).length > before).toBe(true);
  const closed = new Promise((done) => sending.once('close', done));
  sending.destroy();
  await closed;
}

/** Agrees to the terms in force. */
export async function consent(account: Client): Promise<Json> {
  const { terms } = (await account.get('/v1/report-desk')).body;
  return (await account.call('PUT', '/v1/report-desk/consent', { terms: terms.id })).body;
}

/** The bytes at an address, with the status and headers that they came with. */
export async function download(
  server: Pick<RunningServer, 'url'>,
  client: Pick<Client, 'token'> | null,
  path: string,
  range?: string,
): Promise<{ status: number; bytes: Buffer; headers: Headers }> {
  const answer = await fetch(path.startsWith('http') ? path : `${server.url}${path}`, {
    headers: { ...(client !== null && { authorization: `Bearer ${client.token}` }), ...(range !== undefined && { range }) },
  });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}
