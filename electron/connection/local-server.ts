/**
 * The credit server as a child of the app, for a studio without a company server. Starts it, waits for its ready line,
 * obtains the local account, and starts it again with growing pauses when it dies. The child is given from outside
 * (a utilityProcess in the app, a plain process in tests).
 */
import { z } from 'zod';
import type { LocalAccount } from './local-account.ts';

export interface ServerChild {
  /** Calls back for each line on standard output. */
  onLine(listener: (line: string) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Asks it to close its database and leave. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface LocalServerOptions {
  readonly start: () => ServerChild;
  readonly account: (server: string, adminToken: string) => Promise<LocalAccount>;
  readonly onUp: (server: { readonly url: string; readonly token: string }) => void;
  readonly onDown: (reason: string) => void;
  readonly log: (line: string) => void;
  /** Runs the task after the pause; the answer cancels it. */
  readonly after: (delayMs: number, task: () => void) => () => void;
}

export interface LocalServer {
  /** Stops the server and waits until it has left, at most `limitMs`. */
  stop(limitMs?: number): Promise<void>;
}

const ready = z.object({ url: z.url(), adminToken: z.string().min(1) });
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A server that ran this long is healthy: the next pause is the first one again. */
const healthyAfterMs = 60_000;

function readyFrom(line: string): z.infer<typeof ready> | null {
  if (!line.startsWith('{')) return null;
  try {
    return ready.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

export function runLocalServer(options: LocalServerOptions): LocalServer {
  let child: ServerChild | null = null;
  let stopping = false;
  let pauseMs = firstPauseMs;
  let cancelTimer = (): void => undefined;
  let left = (): void => undefined;

  const startAgain = (reason: string): void => {
    child = null;
    if (stopping) {
      left();
      return;
    }
    options.onDown(reason);
    options.log(`local server: ${reason}; next try in ${pauseMs} ms`);
    cancelTimer();
    cancelTimer = options.after(pauseMs, start);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  };

  function start(): void {
    if (stopping) return;
    const mine = options.start();
    child = mine;
    mine.onExit((code) => {
      if (child === mine) startAgain(`The studio's own credit server stopped (code ${code ?? 'none'}).`);
    });
    mine.onLine((line) => {
      const address = readyFrom(line);
      if (address === null || child !== mine) return;
      cancelTimer();
      cancelTimer = options.after(healthyAfterMs, () => {
        pauseMs = firstPauseMs;
      });
      options.account(address.url, address.adminToken).then(
        ({ token }) => {
          if (child === mine && !stopping) options.onUp({ url: address.url, token });
        },
        (fault: unknown) => {
          options.log(`local server: ${fault instanceof Error ? fault.message : String(fault)}`);
          // Its exit starts it again, after the pause.
          if (child === mine) mine.kill();
        },
      );
    });
  }

  start();
  return {
    stop(limitMs = 5_000) {
      stopping = true;
      cancelTimer();
      const current = child;
      if (current === null) return Promise.resolve();
      return new Promise<void>((resolve) => {
        const cancel = options.after(limitMs, () => {
          current.kill();
          resolve();
        });
        left = () => {
          cancel();
          resolve();
        };
        current.stop();
      });
    },
  };
}
