/** One command at a time on a folder. */
import { type Turn, tryTurn } from '../electron/storage/turn.ts';
import { failure } from './outcome.ts';

const patienceMs = 30_000;

/** `wait`: for up to half a minute; `now`: not at all. Throws when another command has it for longer. */
export function takeTurn(folder: string, how: 'wait' | 'now'): Turn {
  const turn = tryTurn(folder, how === 'wait' ? patienceMs : 0);
  if (turn !== null) return turn;
  throw failure('busy', 'Another backlot command is working in this data folder. Nothing was begun or charged. Wait until it has ended.');
}
