/** What takes money back and gives it again: refunds, goodwill, the bank, and plans that are returned. */
import type { Command, CommandOf, EntryOf, Receipt, Units } from '../../../shared/credits/index.ts';
import { isAnew } from '../../../shared/credits/model/draft.ts';
import { opNamed, units } from '../../quantities.ts';
import { pick, someOf } from './choosing.ts';
import { planPayments } from './plan-payments.ts';
import type { World } from './world.ts';

/** Each act answers null where the account has nothing that it could be about. */
export class MoneyBack {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  #purchase(a: number): EntryOf<'granted'> | undefined {
    return pick(
      this.#world
        .entriesOf('granted')
        .filter(({ source }) => source.kind === 'purchase')
        .toReversed(),
      a,
    );
  }

  /** With what the invoice and the ledger know of the purchase, as the server sends it. */
  refund(name: 'refund' | 'goodwill' | 'chargeback', a: number, b: number): Receipt | null {
    const bought = this.#purchase(a);
    if (bought?.source.kind !== 'purchase') return null;
    const { opId: purchaseOpId, amount: credits, at: boughtAt, source } = bought;
    const spent = name === 'chargeback' ? this.#spentOf(bought.grantId) : undefined;
    const money = name === 'goodwill' && b % 2 === 1 ? { ...source.paid, minor: someOf(source.paid.minor, b) } : undefined;
    const opId = this.#world.nextId();
    const command: CommandOf<'refund'> = {
      kind: 'refund',
      opId: opNamed(opId),
      purchaseOpId,
      basis: name === 'refund' ? 'policy' : name,
      reason: name,
      money,
      purchase: { credits, paid: source.paid, boughtAt, ...(spent !== undefined && { spent }) },
    };
    return this.#world.do(command, `${opId}: ${name} of ${purchaseOpId}${money === undefined ? '' : `, ${money.minor}`}`);
  }

  #spentOf(grantId: string): Units {
    const own = this.#world.entriesOf('granted').filter((entry) => entry.grantId === grantId || isAnew(entry, opNamed(grantId)));
    const ids = new Set(own.map((entry) => entry.grantId));
    const charged = this.#world.entriesOf('settled').flatMap((entry) => entry.charged);
    return units(charged.reduce((sum, slice) => (ids.has(slice.grantId) ? sum + slice.amount : sum), 0n));
  }

  /** The bank decides a dispute for us. */
  win(a: number): Receipt | null {
    const purchaseOpId = pick(Object.keys(this.#world.state.disputes), a);
    if (purchaseOpId === undefined) return null;
    const period = this.#planPayments().find((payment) => payment.paymentOpId === purchaseOpId)?.period;
    const opId = this.#world.nextId();
    return this.#world.do(
      { kind: 'dispute-won', opId: opNamed(opId), purchaseOpId: opNamed(purchaseOpId), restores: period },
      `${opId}: the dispute of ${purchaseOpId} is won`,
    );
  }

  /** The provider makes a refund undone, once. */
  refuse(a: number): Receipt | null {
    const undone = new Set(this.#world.entriesOf('dispute-won').map(({ undoes }) => undoes?.refund));
    const made = this.#world
      .entriesOf('refunded')
      .filter(
        ({ basis, money, follows, opId }) => basis !== 'chargeback' && money.minor > 0n && follows === undefined && !undone.has(opId),
      );
    const refund = pick(made.toReversed(), a);
    if (refund === undefined) return null;
    const takenSince = this.#world.entriesOf('refunded').flatMap(({ follows, slices }) => (follows?.refund === refund.opId ? slices : []));
    const period = this.#planPayments().find((payment) => payment.paymentOpId === refund.purchaseOpId)?.period;
    const opId = this.#world.nextId();
    const command: Command = { kind: 'refund-refused', opId: opNamed(opId), refund, takenSince, restores: period };
    return this.#world.do(command, `${opId}: the refund ${refund.opId} is not made after all`);
  }

  #planPayments = () => planPayments(this.#world.entries, this.#world.policy.currency);

  /** A period that was paid for, as goodwill or by the bank. */
  returnPlan(name: 'return the plan' | 'charge the plan back', a: number, b: number): Receipt | null {
    const payment = pick(this.#planPayments().toReversed(), a);
    if (payment === undefined) return null;
    const basis = name === 'return the plan' ? 'goodwill' : 'chargeback';
    const part = basis === 'goodwill' && b % 3 === 1 ? { money: { ...payment.paid, minor: someOf(payment.paid.minor, b) } } : {};
    const opId = this.#world.nextId();
    const command: Command = { kind: 'return-plan', opId: opNamed(opId), basis, reason: name, ...payment, ...part };
    return this.#world.do(command, `${opId}: ${name} ${payment.paymentOpId}${part.money === undefined ? '' : `, ${part.money.minor}`}`);
  }
}
