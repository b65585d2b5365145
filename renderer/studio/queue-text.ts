/** What is said of a batch that waits its turn, of Apply and of Process alike. Pure. */
import { count } from '../ui/figures/amounts.ts';

/** Where it stands in the line. `ahead`: how many batches are before it, one at least. */
export const turnText = (ahead: number): string => `Waits its turn, ${ahead === 1 ? 'next in line' : `${ahead} before it`}`;

/** How much of it there is to be made. `left`: of its photos, those that are neither made nor given up. */
export const sizeText = (left: number, total: number): string =>
  left === total ? count(total, 'photo') : `${left} of ${count(total, 'photo')} left`;

/** Whether credit is held for what is left of it. `held`: of so many photos. */
export function heldText(held: number, left: number): string {
  if (held === 0) return 'no credit is held for it yet';
  if (held < left) return `credit is held for ${held} of ${count(left, 'photo')}`;
  return left === 1 ? 'credit is held for it' : `credit is held for all ${left}`;
}
