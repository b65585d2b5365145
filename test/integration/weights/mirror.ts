/** A mirror on this machine, and the lines that lead to it: whole, cut, silent, without ranges, pointing elsewhere. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type How =
  | 'serve'
  | 'without ranges'
  | { readonly cutAfter: number }
  /** Says nothing more after so many bytes, and keeps the line. */
  | { readonly holdAfter: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface Mirror {
  readonly url: string;
  /** The answer to the nth request, counted from 0. */
  how: (request: number) => How;
  /** What was asked for: the Range header of each request, or ''. */
  readonly ranges: string[];
  /** What is served from now on. */
  content: Buffer;
  /** Every line that is open breaks. */
  breakLines(): void;
  close(): Promise<void>;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function openMirror(content: Buffer): Promise<Mirror> {
  const server = createServer((request, response) => {
    const how = mirror.how(mirror.ranges.length);
    const range = request.headers.range ?? '';
    mirror.ranges.push(range);
    if (typeof how === 'object' && 'status' in how) return void response.writeHead(how.status, how.headers).end();
    const whole = mirror.content;
    const etag = `"${sha256(whole).slice(0, 16)}"`;
    const asked = how === 'without ranges' ? null : /^bytes=(\d+)-$/.exec(range)?.[1];
    const isSame = (request.headers['if-range'] ?? etag) === etag;
    const start = asked && isSame ? Number(asked) : 0;
    if (start > 0 && start >= whole.length) return void response.writeHead(416, { 'content-range': `bytes */${whole.length}` }).end();
    const rest = whole.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      'content-length': rest.length,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${whole.length - 1}/${whole.length}` } : {}),
    });
    if (typeof how === 'string') return void response.end(rest);
    if ('holdAfter' in how) return void response.write(rest.subarray(0, how.holdAfter));
    return void response.write(rest.subarray(0, how.cutAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mirror: Mirror = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/isnet-general-use.onnx`,
    how: () => 'serve',
    ranges: [],
    content,
    breakLines: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return mirror;
}
