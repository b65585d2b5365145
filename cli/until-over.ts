/** Waits for the paid work of a command. */

import type { Millis } from '../shared/credits/model/quantities.ts';
import type { Problem } from '../shared/result.ts';
import type { Session } from './command.ts';
import { CommandFailed, EXIT, failedBy } from './outcome.ts';

/** `said`: how far it is, for a person. */
export type Standing =
  | { readonly kind: 'over' }
  /** It does not go on by itself. */
  | { readonly kind: 'stopped'; readonly problem: Problem }
  | { readonly kind: 'under way'; readonly said: string; readonly waitsForNetwork: boolean };

interface WaitedFor {
  readonly look: () => Standing;
  /** Calls whenever that may have changed, until what it answers is called. */
  readonly watch: (changed: () => void) => () => void;
  /** What is being written finishes; the rest is not charged. */
  readonly cancel: () => void;
  /** A network that stays away so long ends the wait; nothing is lost by it. */
  readonly waitMs: Millis;
  /** What is then known of the work, as a sentence. */
  readonly whenOffline: string;
}

/** A wait keeps the process alive: what is waited for are timers that do not. */
const ALIVE_MS = 60_000;

/** Resolves when nothing is under way any more. Ctrl-C cancels. Throws `CommandFailed` when the work stops or the network stays away. */
export function untilOver({ screen, interrupted }: Session, { look, watch, cancel, waitMs, whenOffline }: WaitedFor): Promise<void> {
  return new Promise((resolve, reject) => {
    const alive = setInterval(() => undefined, ALIVE_MS);
    let givingUp: NodeJS.Timeout | null = null;
    const waitOn = (): void => {
      if (givingUp !== null) clearTimeout(givingUp);
      givingUp = null;
    };
    const end = (settle: () => void): void => {
      clearInterval(alive);
      waitOn();
      unwatch();
      interrupted.removeEventListener('abort', cancel);
      settle();
    };
    const see = (): void => {
      const standing = look();
      if (standing.kind === 'over') end(resolve);
      else if (standing.kind === 'stopped') end(() => reject(failedBy(standing.problem)));
      else {
        screen.progress(standing.said);
        if (standing.waitsForNetwork) givingUp ??= setTimeout(() => end(() => reject(networkGone(waitMs, whenOffline))), waitMs);
        else waitOn();
      }
    };
    const unwatch = watch(see);
    interrupted.addEventListener('abort', cancel);
    if (interrupted.aborted) cancel();
    see();
  });
}

const networkGone = (waitMs: Millis, known: string): CommandFailed =>
  new CommandFailed(EXIT.offline, {
    code: 'offline',
    message: `Offline. The credit server has been away for ${Math.round(waitMs / 1000)} s. ${known}`,
  });
