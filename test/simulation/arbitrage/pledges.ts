/** What of credit that work holds is promised back: to staff, which gave its money back, or to the bank, which took it. */

import type { EntryOf, RefundBasis } from '../../../shared/credits/index.ts';
import { least } from './lot.ts';

interface Pledge {
  readonly refund: string;
  readonly payment: string;
  readonly by: 'staff' | 'bank';
  readonly grantId: string;
  readonly amount: bigint;
}

export class Pledges {
  #all: Pledge[] = [];

  /** A refund awaits credit, or follows one that did: what came back or was spent is promised no more. */
  note({ opId: refund, purchaseOpId: payment, basis, awaits = [], follows, slices, shortfall }: EntryOf<'refunded'>): void {
    if (follows !== undefined) {
      const ended = slices.reduce<bigint>((sum, { amount }) => sum + amount, shortfall);
      this.#less(ended, (one) => one.refund === follows.refund && one.grantId === follows.grantId);
    }
    const by = basis === 'chargeback' ? 'bank' : 'staff';
    this.#all.push(...awaits.map(({ grantId, amount }): Pledge => ({ refund, payment, by, grantId, amount })));
  }

  /** The payment stands again: nothing is promised for that refund, or for the chargeback. */
  end(payment: string, undoes: { readonly refund: string; readonly basis: RefundBasis } | undefined): void {
    this.#all = this.#all.filter((one) =>
      undoes === undefined ? one.payment !== payment || one.by !== 'bank' : one.refund !== undoes.refund,
    );
  }

  /** What is promised to nobody. */
  of(grantId: string, by?: 'staff' | 'bank'): bigint {
    if (this.#all.length === 0) return 0n;
    const own = this.#all.filter((one) => one.grantId === grantId && (by === undefined || one.by === by));
    return own.reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** Only what is held is promised: staff's part of what was spent, the rest being the bank's business. */
  within(grantId: string, held: bigint): bigint {
    const staff = this.of(grantId, 'staff');
    const over = staff > held ? staff - held : 0n;
    this.#less(over, (one) => one.grantId === grantId && one.by === 'staff');
    const bank = this.of(grantId) - held;
    if (bank > 0n) this.#less(bank, (one) => one.grantId === grantId && one.by === 'bank');
    return over;
  }

  #less(amount: bigint, which: (one: Pledge) => boolean): void {
    let left = amount;
    this.#all = this.#all.flatMap((one) => {
      if (!which(one) || left === 0n) return [one];
      const part = least(one.amount, left);
      left -= part;
      return part === one.amount ? [] : [{ ...one, amount: one.amount - part }];
    });
  }
}
