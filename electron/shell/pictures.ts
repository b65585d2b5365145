/**
 * Answers requests for `app://backlot/...` (the bundle) and `photo://<kind>/<id>` (pictures, by id and never by path).
 * Plain `Request` in, plain `Response` out: the protocol handlers are one line each, and the tests need no Electron.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { PictureKind } from '../library/pictures.ts';
import type { FindPicture } from '../studio/port.ts';
import { contentSecurityPolicy } from './origins.ts';

const pictureKinds: readonly PictureKind[] = ['thumb', 'original', 'current', 'full', 'cutout', 'glass', 'processed', 'version', 'asset'];

/** What the bundle consists of. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const mimeOf = (path: string): string | null => mimeTypes[extname(path).toLowerCase()] ?? null;
const refuse = (status: number): Response => new Response(null, { status, headers: { 'Cache-Control': 'no-store' } });

/** Reads `bytes=a-b`, `bytes=a-` and `bytes=-n` (RFC 9110, 14.1.2); null when it cannot be satisfied. */
export function parseRange(header: string, size: number): { readonly start: number; readonly end: number } | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!found || (found[1] === '' && found[2] === '')) return null;
  const suffix = found[1] === '';
  const start = suffix ? Math.max(0, size - Number(found[2])) : Number(found[1]);
  const end = suffix || found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1);
  return start > end || start >= size ? null : { start, end };
}

/** Thumbnails and scripts are read at once: a stream would need many turns of a loop that has other work during the start. */
const IN_ONE_PIECE_BYTES = 2_000_000;

async function sendFile(path: string, type: string | null, request: Request, headers: Record<string, string>): Promise<Response> {
  const info = await stat(path).catch(() => null);
  if (type === null || !info?.isFile()) return refuse(404);
  const all: Record<string, string> = { ...headers, 'Content-Type': type, 'X-Content-Type-Options': 'nosniff', 'Accept-Ranges': 'bytes' };
  const asked = request.headers.get('range');
  const range = asked === null ? null : parseRange(asked, info.size);
  if (asked !== null && range === null) return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${info.size}` } });
  if (range) all['Content-Range'] = `bytes ${range.start}-${range.end}/${info.size}`;
  all['Content-Length'] = String(range ? range.end - range.start + 1 : info.size);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD' || info.size === 0) return new Response(null, { status, headers: all });
  if (range === null && info.size <= IN_ONE_PIECE_BYTES) return new Response(await readFile(path), { status, headers: all });
  const file = createReadStream(path, range ? { start: range.start, end: range.end } : {});
  // Node's web stream and the DOM's are the same object under two declarations.
  return new Response(Readable.toWeb(file) as unknown as ReadableStream, { status, headers: all });
}

/**
 * Serves the renderer's bundle from `folder` and nothing outside it. `onScript` is called when the page's script is on its way:
 * from then on the page has its own work to do and the main process is free.
 */
export function bundleResponder(folder: string, onScript: () => void = () => undefined): (request: Request) => Promise<Response> {
  const policy = contentSecurityPolicy(null);
  return async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'backlot' || (request.method !== 'GET' && request.method !== 'HEAD')) return refuse(404);
    const wanted = url.pathname === '/' ? '/index.html' : decodedPath(url.pathname);
    if (wanted === null) return refuse(404);
    const path = normalize(join(folder, wanted));
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return refuse(404);
    if (extname(path) === '.js') setImmediate(onScript);
    return sendFile(path, mimeOf(path), request, {
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      // Bundled files other than the page carry a hash of their content in their name.
      'Cache-Control': wanted.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    });
  };
}

function decodedPath(pathname: string): string | null {
  try {
    const decoded = decodeURIComponent(pathname);
    return decoded.includes('\0') || decoded.includes('\\') ? null : decoded;
  } catch {
    return null;
  }
}

/** Serves pictures by kind and id. Anything else — a path, an unknown id, a missing file — is the same 404. */
export function pictureResponder(find: FindPicture, pageOrigin: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const kind = pictureKinds.find((known) => known === url.host);
    const id = /^\/([0-9A-Za-z_-]{1,64})$/.exec(url.pathname)?.[1];
    if (kind === undefined || id === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return refuse(404);
    const found = await find(kind, id).catch(() => null);
    if (found === null || !found.ok || !found.value.mime.startsWith('image/')) return refuse(404);
    return sendFile(found.value.path, found.value.mime, request, {
      // The canvas reads pixels back, so the page needs the pictures as same-origin.
      'Access-Control-Allow-Origin': pageOrigin,
      'Cross-Origin-Resource-Policy': 'cross-origin',
      // The address carries the revision: the same address always means the same picture.
      'Cache-Control': url.searchParams.has('rev') ? 'max-age=31536000, immutable' : 'no-store',
    });
  };
}
