/** What people are told about the network in use, in Settings and on the command line. */

import type { NetworkInUse } from './ipc/model.ts';
import { assertNever } from './result.ts';

/** From here on a network is said to be slower than Backlot's own: less is within what one run differs from the next. */
const SLOWER_FROM = 1.2;

/** Which network it is, in one line. */
export function networkTitle(found: NetworkInUse): string {
  switch (found.kind) {
    case 'eight-bit':
      return 'Backlot’s own, in eight bits';
    case 'float':
      return 'Backlot’s own, in single precision';
    case 'own':
      return `Your own: ${found.own.family}`;
    case 'none':
      return 'None: the model is not on this machine yet';
    default:
      return assertNever(found);
  }
}

/** Why it is this one; '' where there is nothing to say. */
export function networkReason(found: NetworkInUse): string {
  switch (found.kind) {
    case 'eight-bit':
      return 'It is faster on this machine, and finds the same.';
    case 'float':
      return 'Eight bits are not used on this machine.';
    case 'own':
      return pace(found.own.timesAsLong);
    case 'none':
      return '';
    default:
      return assertNever(found);
  }
}

/** What is known of a network that the user added, each under its name; nothing of Backlot's own. */
export function networkFacts(found: NetworkInUse): readonly (readonly [what: string, value: string])[] {
  if (found.kind !== 'own') return [];
  const { name, licence, sha256, iou } = found.own;
  return [
    ['File', name],
    ['Licence', licence],
    ['SHA-256', sha256],
    ['Sample photo', `${Math.floor(100 * iou)} % of the car found`],
  ];
}

function pace(timesAsLong: number | null): string {
  if (timesAsLong === null) return 'Not compared: Backlot’s own network is not on this machine.';
  if (timesAsLong < SLOWER_FROM) return 'No slower than Backlot’s own on this machine.';
  const times = timesAsLong < 10 ? timesAsLong.toFixed(1) : Math.round(timesAsLong).toString();
  return `Slower: it takes ${times} times as long as Backlot’s own for the same picture.`;
}
