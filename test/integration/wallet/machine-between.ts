/** Something between the studio and its server: it passes on, answers itself, answers in place of the server that did it, or says nothing. */
import { createServer, type IncomingHttpHeaders, type ServerResponse, request as sendOn } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export type Rule = (method: string, url: string) => 'pass' | 'say nothing' | { readonly instead: Said } | { readonly after: Said };

export interface MachineBetween {
  readonly url: string;
  rule: Rule;
  /** "POST /v1/purchases", in order. */
  readonly seen: string[];
  close(): Promise<void>;
}

export const passing: Rule = () => 'pass';

const say = (response: ServerResponse, { status, headers = {}, body = '' }: Said): void =>
  void response.writeHead(status, headers).end(body);

export async function machineBetween(target: string): Promise<MachineBetween> {
  const to = new URL(target);
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [method = '', url = ''] = [request.method, request.url];
      machine.seen.push(`${method} ${url}`);
      const what = machine.rule(method, url);
      if (what === 'say nothing') return;
      if (what !== 'pass' && 'instead' in what) return say(response, what.instead);
      const headers: IncomingHttpHeaders = { ...request.headers, host: to.host };
      const on = sendOn({ hostname: to.hostname, port: to.port, method, path: url, headers }, (reply) => {
        if (what !== 'pass') return void reply.resume().on('end', () => say(response, what.after));
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      on.on('error', () => say(response, { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' }));
      response.on('close', () => on.destroy());
      on.end(Buffer.concat(parts));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const machine: MachineBetween = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rule: passing,
    seen: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return machine;
}
