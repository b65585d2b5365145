/** The line to the server as applying sees it: free, or silent until a retry is due. Backs off with full jitter. */

import { waitMs } from '../wallet/http/verdict.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';

export interface Line {
  /** The way to the server for that account, or null while there is none or a retry is not due yet. */
  way(accountId: string): Transport | null;
  /** The server answered. */
  free(): void;
  /** It did not, or wants to be asked later: nothing is sent until then. */
  postpone(afterMs: number | null): void;
  /** The connection is a new one: no reason to wait any more. */
  reset(): void;
  stop(): void;
}

export function createLine(transport: (accountId: string) => Transport | null, world: World, retry: () => void): Line {
  let attempt = 0;
  let cancel: (() => void) | null = null;
  const stopWaiting = (): void => {
    cancel?.();
    cancel = null;
  };
  return {
    way: (accountId) => (cancel === null ? transport(accountId) : null),
    free() {
      attempt = 0;
    },
    postpone(afterMs) {
      if (cancel !== null) return;
      const ms = waitMs(attempt, world.rng.next(), afterMs);
      attempt += 1;
      cancel = world.timers.after(ms, () => {
        cancel = null;
        retry();
      });
    },
    reset() {
      attempt = 0;
      stopWaiting();
    },
    stop: stopWaiting,
  };
}
