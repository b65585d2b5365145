/** A cable that can be pulled: a TCP proxy on this machine between the app and its server. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Cable {
  /** The address that the app is given. */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  pull(): Promise<void>;
  /** Accepts connections again, at the same address. */
  plug(): Promise<void>;
  close(): Promise<void>;
}

export async function layCable(target: URL): Promise<Cable> {
  const open = new Set<Socket>();
  let server: Server | null = null;
  const listen = async (port: number): Promise<number> => {
    const next = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
      }
    });
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.listen(port, '127.0.0.1', resolve);
    });
    server = next;
    const address = next.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  };
  const port = await listen(0);
  const pull = async (): Promise<void> => {
    const current = server;
    server = null;
    if (current === null) return;
    const closed = new Promise<void>((resolve) => current.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pull,
    async plug() {
      if (server === null) await listen(port);
    },
    close: pull,
  };
}
