/**
 * The credit server as a child of the app, for a studio without a company server. Starts it, waits for its ready line,
 * obtains the local account, and restarts it with backoff when it dies. The child is given from outside
 * (a utilityProcess in the app, a plain process in tests).
 */
import { z } from 'zod';
import { minMillis, minutes, seconds, timesMillis } from '../../shared/credits/model/durations.ts';
import { millisFrom } from '../../shared/credits/model/minting.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import type { LocalAccount } from './local-account.ts';

/** A server process that was started, as much of it as is needed to look after it. */
export interface ServerChild {
  /** Calls back for each line on standard output. */
  onLine(listener: (line: string) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Asks it to close its database and leave. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

interface LocalServerOptions {
  readonly start: () => ServerChild;
  readonly account: (server: string, adminToken: string) => Promise<LocalAccount>;
  readonly onUp: (server: { readonly url: string; readonly token: string }) => void;
  readonly onDown: (reason: string) => void;
  readonly log: (line: string) => void;
  /** Runs the task after the pause; the answer cancels it. */
  readonly after: (delayMs: Millis, task: () => void) => () => void;
}

const ready = z.object({ url: z.url(), adminToken: z.string().min(1) });
const firstPauseMs = millisFrom(500);
const longestPauseMs = seconds(30);
/** A server that ran this long is healthy: the backoff starts anew. */
const healthyAfterMs = minutes(1);

function readyFrom(line: string): z.infer<typeof ready> | null {
  if (!line.startsWith('{')) return null;
  try {
    return ready.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** Keeps a server process running: one that ends is started again, with backoff, until `stop`. */
export class LocalServer {
  readonly #options: LocalServerOptions;
  #child: ServerChild | null = null;
  #stopping = false;
  #pauseMs = firstPauseMs;
  #cancelTimer = (): void => undefined;
  #left = (): void => undefined;

  constructor(options: LocalServerOptions) {
    this.#options = options;
  }

  /** Now, and again whenever it has ended, until it is stopped. */
  start(): void {
    if (this.#stopping) return;
    const mine = this.#options.start();
    this.#child = mine;
    mine.onExit((code) => {
      if (this.#child === mine) this.#startAgain(`The studio's own credit server stopped (code ${code ?? 'none'}).`);
    });
    mine.onLine((line) => {
      const address = readyFrom(line);
      if (address !== null && this.#child === mine) this.#up(mine, address);
    });
  }

  /** Stops the server and waits until it has left, at most `limitMs`. */
  stop(limitMs = seconds(5)): Promise<void> {
    this.#stopping = true;
    this.#cancelTimer();
    const current = this.#child;
    if (current === null) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const cancel = this.#options.after(limitMs, () => {
        current.kill();
        resolve();
      });
      this.#left = () => {
        cancel();
        resolve();
      };
      current.stop();
    });
  }

  #up(mine: ServerChild, { url, adminToken }: z.infer<typeof ready>): void {
    const { account, after, onUp, log } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = after(healthyAfterMs, () => {
      this.#pauseMs = firstPauseMs;
    });
    account(url, adminToken).then(
      ({ token }) => {
        if (this.#child === mine && !this.#stopping) onUp({ url, token });
      },
      (fault: unknown) => {
        log(`local server: ${fault instanceof Error ? fault.message : String(fault)}`);
        // Its exit restarts it, after the backoff.
        if (this.#child === mine) mine.kill();
      },
    );
  }

  #startAgain(reason: string): void {
    this.#child = null;
    if (this.#stopping) {
      this.#left();
      return;
    }
    const { onDown, log, after } = this.#options;
    onDown(reason);
    log(`local server: ${reason}; next try in ${this.#pauseMs} ms`);
    this.#cancelTimer();
    this.#cancelTimer = after(this.#pauseMs, () => this.start());
    this.#pauseMs = minMillis(timesMillis(this.#pauseMs, 2), longestPauseMs);
  }
}
