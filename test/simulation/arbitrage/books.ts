/**
 * The books of somebody who trusts nobody: what each payment was, what went back of it, and what became of the credit that it brought. They are
 * kept from the entries alone and share no code with the engine, which is what they are there to check.
 *
 * The statement. Call a *lot* one payment with the credit that it brings: a pack, a top-up, a paid period of a plan with all its allowances. It
 * costs p (money, and money carried over from before, which the customer had paid earlier) and brings W units, so that a unit is worth p / W. Of
 * the lot, at any moment: b went back to the customer (refunded, charged back, given back by an upgrade; less what a dispute that was won
 * returned), S units were spent, H are held, A can be spent. Then, for every lot, after every act:
 *
 *     1.  p − b + debts + gifts  ≥  (S + H + A) · p / W      money kept is worth what was had
 *     2.  p − b                  ≥  (H + A) · p / W          what can still be had is backed by money, not by a promise
 *
 * A payment that goes back, goes from the lots in which its money stands, those of later periods included: the ledger says how much from which, and
 * no lot gives more than it was sold for, or of another payment's money more than was carried into it.
 * What is bought on account counts as paid: the open bill is a claim, and what staff allows bounds it.
 *
 * *Debts* are the shortfalls that the ledger names: units that a chargeback found spent, which the account owes; and where it took money that had been
 * paid out before, what that money was the price of. *Gifts* are what the policy or staff gives away, and no customer's act makes one but this: the
 * guarantee (AS-11) leaves what was spent of one purchase, once in an account's life. A refund that staff gives leaves what was spent already, or less
 * than a unit of rounding. A debt that staff strikes is one as well.
 * What is held when staff or the bank gives money back counts on neither side until the work ends: then it is spent (given, or owed) or taken.
 * Credit without a lot is a gift of the policy, worth nothing in money: `gifts.ts` says which there are and how often. Money is conserved beside the
 * lots: what is carried over is what was given back and not used up by a bill or paid out, to the cent. Summed over the lots, the money kept is at
 * every moment at least the worth of what was spent, is held and can be spent.
 */
import type { Command, Entry, EntryOf, Instant, Policy, Slice } from '../../../shared/credits/index.ts';
import { latest } from '../../../shared/credits/model/instants.ts';
import { check, fractionOf, type Line, type Lot, least, lessOwed, NO_SUMS, newLot, owes, PARTS, sumsByLot, worth } from './lot.ts';
import { Pledges } from './pledges.ts';
import { Broken, planPrice, unitsOfPeriod } from './terms.ts';

/** What was done, as the books hear of it. */
export interface Act {
  readonly command: Command | null;
  readonly entries: readonly Entry[];
}

export class Books {
  readonly lines = new Map<string, Line>();
  readonly #policy: Policy;
  readonly #lots = new Map<string, Lot>();
  readonly #pledges = new Pledges();
  /** The paid period that runs; null: none, or one that costs nothing. */
  #period: Lot | null = null;
  #periodStart: Instant | null = null;
  #carried = 0n;
  #paidOut = 0n;
  #guarantees = 0;
  #command: Command | null = null;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** When the last purchase was made of which at least so much money is kept, or all of it; null: there is none. */
  lastKept(least: bigint): Instant | null {
    let last: Instant | null = null;
    for (const { lot, id, at } of this.lines.values())
      if (lot?.id === id && lot.price > lot.back && (lot.back === 0n || lot.price - lot.back >= least)) last = latest(last ?? at, at);
    return last;
  }

  get carried(): bigint {
    return this.#carried;
  }

  /** Writes the act down and throws `Broken` where it leaves an account that cannot be. */
  note({ command, entries }: Act): void {
    this.#command = command;
    const spentBefore = new Map([...this.lines].map(([id, { spent }]) => [id, spent]));
    for (const entry of entries) this.#entry(entry);
    for (const line of this.lines.values()) this.#endPledges(line, line.spent - (spentBefore.get(line.id) ?? 0n));
    this.#check();
  }

  #entry(entry: Entry): void {
    switch (entry.kind) {
      case 'plan-changed':
        this.#planChanged(entry);
        return;
      case 'renewed':
        this.#renewed(entry);
        return;
      case 'granted':
        this.#granted(entry);
        return;
      case 'held':
        this.#move(entry.slices, 'available', 'held');
        return;
      case 'settled':
        this.#move(entry.charged, 'held', 'spent');
        this.#move(entry.returned, 'held', 'available');
        return;
      case 'released':
        this.#move(entry.returned, 'held', 'available');
        return;
      case 'expired':
        this.#move(entry.slices, 'available', 'expired');
        return;
      case 'expiry-changed':
        // What lapsed only because a payment had gone back lives again when the payment stands again (PG-12).
        this.#move(entry.revives ?? [], 'expired', 'available');
        for (const id of entry.grantIds) this.#line(id).expiresAt = entry.expiresAt;
        return;
      case 'refunded':
        this.#refunded(entry);
        return;
      case 'dispute-won':
        this.#returned(entry);
        return;
      case 'shortfall-settled':
        this.#debtSettled(entry);
        return;
      case 'carried-paid-out':
        this.#carried -= entry.money.minor;
        this.#paidOut += entry.money.minor;
        return;
      default:
        return;
    }
  }

  #move(
    slices: readonly Slice[],
    from: 'available' | 'held' | 'refunded' | 'expired',
    to: 'available' | 'held' | 'spent' | 'expired' | 'refunded',
  ): void {
    for (const { grantId, amount } of slices) {
      const line = this.#line(grantId);
      if (amount < 0n || line[from] < amount) throw new Broken(`${amount} of ${grantId} go from ${from}, where ${line[from]} are`);
      line[from] -= amount;
      line[to] += amount;
    }
  }

  #line(id: string): Line {
    const line = this.lines.get(id);
    if (line === undefined) throw new Broken(`an entry speaks of the grant ${id}, which was never made`);
    return line;
  }

  #planChanged(entry: EntryOf<'plan-changed'>): void {
    const { subscription, proration } = entry;
    if (entry.returned !== undefined) this.#move(entry.returned, 'available', 'refunded');
    const began = entry.begins === true || entry.opId.startsWith('open:');
    const price = began ? planPrice(this.#policy, subscription) : 0n;
    const { charged = 0n, unused = 0n, carried = this.#carried } = proration ?? {};
    if (!began) {
      this.#changedInside(charged, carried);
      return;
    }
    if (proration === null && price > 0n) throw new Broken(`${subscription.plan} begins and nothing is charged for it`);
    if (this.#carried + unused + charged - price !== carried)
      throw new Broken(`carried ${this.#carried}, given back ${unused}, charged ${charged} for ${price}: that leaves no ${carried}`);
    if (unused > 0n && this.#period === null) throw new Broken(`${unused} are given back of a period that cost nothing`);
    if (this.#period !== null) this.#period.back += unused;
    this.#carried = carried;
    this.#begin(entry.opId, subscription, { price, carried: price - charged });
  }

  /** A period that goes on, or ends: what was carried may grow by what it gives back, or shrink by what the bank took. */
  #changedInside(charged: bigint, carried: bigint): void {
    const of = this.#period;
    if (of === null && charged + carried - this.#carried !== 0n) throw new Broken('money moves for a period that cost nothing');
    if (of === null) return;
    of.price += charged;
    of.back += carried - this.#carried;
    this.#carried = carried;
  }

  #renewed({ opId, subscription, charge, carriedUsed }: EntryOf<'renewed'>): void {
    if (subscription.period.start === this.#periodStart) return;
    const price = planPrice(this.#policy, subscription);
    if ((charge?.minor ?? 0n) + carriedUsed !== price)
      throw new Broken(`the renewal of ${subscription.plan} costs ${price}, not what is billed`);
    if (carriedUsed > this.#carried) throw new Broken(`${carriedUsed} of carried money are used, and only ${this.#carried} are there`);
    this.#carried -= carriedUsed;
    this.#begin(opId, subscription, { price, carried: carriedUsed });
  }

  #begin(id: string, subscription: EntryOf<'renewed'>['subscription'], money: { readonly price: bigint; readonly carried: bigint }): void {
    this.#periodStart = subscription.period.start;
    const what = `${subscription.plan} by the ${subscription.interval}`;
    this.#period = money.price === 0n ? null : this.#lot({ id, what, ...money, units: unitsOfPeriod(this.#policy, subscription) });
  }

  #lot(made: Parameters<typeof newLot>[0]): Lot {
    const lot = newLot(made);
    this.#lots.set(lot.id, lot);
    return lot;
  }

  #granted({ opId, at, grantId, amount, expiresAt, source }: EntryOf<'granted'>): void {
    if (amount <= 0n || this.lines.has(grantId)) throw new Broken(`the grant ${grantId} of ${amount} is made twice, or of nothing`);
    const { plans } = this.#policy;
    let lot: Lot | null = null;
    if (source.kind === 'purchase')
      lot = this.#lot({ id: grantId, what: source.packId ?? 'top-up', price: source.paid.minor, units: amount });
    if (source.kind === 'plan') {
      const sold = plans?.list.find(({ id }) => id === source.plan)?.price;
      if ((sold?.month?.minor ?? 0n) + (sold?.year?.minor ?? 0n) > 0n) lot = this.#period;
      if (lot !== null && !lot.what.startsWith(`${source.plan} `))
        throw new Broken(`${grantId} is of ${source.plan}, and ${lot.what} was paid for`);
      if (sold?.month != null && sold.month.minor > 0n && lot === null) throw new Broken(`a month of ${source.plan} that nobody paid for`);
    }
    // Credit of a refund that was not made after all, when the grant that it came from is forgotten.
    if (source.kind === 'admin' && this.#command?.kind === 'refund-refused' && this.#command.opId === opId)
      lot = this.#lots.get(source.of ?? '') ?? null;
    const none = { available: 0n, held: 0n, spent: 0n, expired: 0n, refunded: 0n };
    this.lines.set(grantId, {
      id: grantId,
      lot,
      granted: amount,
      at,
      expiresAt,
      ...none,
      available: amount,
    });
    if (source.kind === 'plan' && lot !== null) this.#carriesItsPrice(grantId, source.paid?.minor ?? null, worth(lot, amount));
  }

  /** Each grant says what was paid for it: its part of the price, to the cent. */
  #carriesItsPrice(id: string, paid: bigint | null, worth: bigint): void {
    if (paid === null) throw new Broken(`${id} does not say what was paid for it`);
    if ((paid + 1n) * PARTS < worth) throw new Broken(`${id} says that ${paid} were paid for it, and is worth ${worth / PARTS}`);
  }

  #refunded(entry: EntryOf<'refunded'>): void {
    const { opId, basis, slices, money, purchaseOpId, shortfall, awaits = [], follows } = entry;
    const lot = this.#lots.get(purchaseOpId);
    const before = sumsByLot(this.lines.values(), this.#pledges);
    this.#move(slices, 'available', 'refunded');
    this.#pledges.note(entry);
    if (lot === undefined) {
      if (money.minor !== 0n) throw new Broken(`${money.minor} go back for ${purchaseOpId}, which was never paid`);
      return;
    }
    if (follows !== undefined) {
      owes(this.#line(follows.grantId).lot ?? lot, purchaseOpId, shortfall);
      return;
    }
    const places = this.#placesOf(entry, lot);
    for (const { lot: of, minor, owed } of places) {
      of.back += minor;
      owes(of, purchaseOpId, owed);
      if (basis !== 'policy') of.rounding += worth(of, 1n);
      const taken = [...slices, ...awaits].reduce((sum, { grantId, amount }) => (this.#line(grantId).lot === of ? sum + amount : sum), 0n);
      if (basis === 'goodwill') this.#givenByStaff(of, opId, minor, { taken, spent: before.get(of)?.spent ?? 0n });
    }
    this.#goesTwice(entry, lot, places);
    if (basis === 'policy') this.#givenByPolicy(lot, opId, before.get(lot)?.spent ?? 0n);
  }

  /** The lots that the money goes from, in the ledger's words; what is carried goes as well. */
  #placesOf(
    { stood, money, purchaseOpId, shortfall }: Pick<EntryOf<'refunded'>, 'stood' | 'money' | 'purchaseOpId' | 'shortfall'>,
    own: Lot,
  ): Place[] {
    if (stood === undefined) return [{ lot: own, minor: money.minor, owed: shortfall }];
    return stood.flatMap(({ period, minor, shortfall: owed }) => {
      if (period === null) this.#carried -= minor;
      const lot = period === null ? null : this.#lots.get(period);
      if (lot === undefined) throw new Broken(`${minor} of ${purchaseOpId} stand in ${period}, which was never paid`);
      if (lot !== null && lot !== own && minor > lot.carried)
        throw new Broken(`${minor} of ${purchaseOpId} stand in ${lot.what}, into which ${lot.carried} were carried`);
      return lot === null ? [] : [{ lot, minor, owed }];
    });
  }

  /** Money that had been paid out before, and goes back again: the bank's doing is owed, staff's is given. */
  #goesTwice({ opId, basis, money, shortfall, stood, purchaseOpId }: EntryOf<'refunded'>, lot: Lot, places: readonly Place[]): void {
    if (stood === undefined) return;
    const twice = money.minor - stood.reduce((sum, { minor }) => sum + minor, 0n);
    if (twice < 0n || twice > this.#paidOut)
      throw new Broken(`${twice} of ${purchaseOpId} stand nowhere, and ${this.#paidOut} were paid out`);
    lot.twice += twice;
    lot.back += twice;
    owes(lot, purchaseOpId, shortfall - places.reduce((sum, { owed }) => sum + owed, 0n));
    if (basis === 'goodwill' && twice > 0n) lot.gifts.set(`${opId}:twice`, twice * PARTS);
  }

  /** What was spent already, at most. */
  #givenByStaff(lot: Lot, opId: string, minor: bigint, { taken, spent }: { readonly taken: bigint; readonly spent: bigint }): void {
    const [over, used] = [minor * PARTS - worth(lot, taken), worth(lot, spent)];
    if (over > 0n) lot.gifts.set(opId, least(over, used));
  }

  /** The satisfaction guarantee, once; where a policy gives back what was not used, nothing is given away. */
  #givenByPolicy(lot: Lot, opId: string, spent: bigint): void {
    this.#guarantees += 1;
    if (this.#policy.refunds.covers === 'everything' && this.#guarantees === 1) lot.gifts.set(opId, worth(lot, spent));
  }

  #returned(entry: EntryOf<'dispute-won'>): void {
    const { purchaseOpId, slices, money, shortfall, undoes, stood } = entry;
    this.#move(slices, 'refunded', 'available');
    const lot = this.#lots.get(purchaseOpId);
    if (lot === undefined) throw new Broken(`a dispute about ${purchaseOpId} ends, which was never paid`);
    for (const { lot: of, minor } of this.#placesAgain(entry, lot)) {
      of.back -= minor;
      const credit = slices.reduce((sum, { grantId, amount }) => (this.#line(grantId).lot === of ? sum + amount : sum), 0n);
      if (undoes?.basis === 'policy') of.rounding += fractionOf(of, credit, minor);
      if (undoes !== undefined) of.gifts.delete(undoes.refund);
    }
    const twice = stood === undefined ? 0n : money.minor - stood.reduce((sum, { minor }) => sum + minor, 0n);
    lot.back -= twice;
    lot.twice -= twice;
    if (undoes !== undefined) lot.gifts.delete(`${undoes.refund}:twice`);
    lessOwed(this.#lots.values(), purchaseOpId, shortfall);
    this.#pledges.end(purchaseOpId, undoes);
    if (undoes?.basis === 'policy') this.#guarantees -= 1;
  }

  #placesAgain(entry: EntryOf<'dispute-won'>, lot: Lot): Place[] {
    const carried = this.#carried;
    const places = this.#placesOf(entry, lot);
    this.#carried = carried + (carried - this.#carried);
    return places;
  }

  /** Settled with the lot's own credit, it is as if that had never been owed; with other credit, or for nothing, it is given. */
  #debtSettled({ opId, purchaseOpId, slices, struck }: EntryOf<'shortfall-settled'>): void {
    this.#move(slices, 'available', 'refunded');
    const all = slices.reduce<bigint>((sum, { amount }) => sum + amount, struck);
    for (const [lot, units] of lessOwed(this.#lots.values(), purchaseOpId, all)) {
      const own = slices.reduce((sum, { grantId, amount }) => (this.#line(grantId).lot === lot ? sum + amount : sum), 0n);
      const foreign = units > own ? units - own : 0n;
      lot.gifts.set(`${opId}:${lot.gifts.size}`, worth(lot, foreign));
    }
  }

  /** Work that held what was promised to staff is over: spent, it was given; nobody owes it. */
  #endPledges({ id, lot, held }: Line, spent: bigint): void {
    const over = this.#pledges.within(id, held);
    if (over > 0n && lot !== null) lot.gifts.set(`work:${lot.gifts.size}`, worth(lot, least(over, spent)));
  }

  #check(): void {
    if (this.#carried < 0n) throw new Broken(`${this.#carried} are carried`);
    const sums = sumsByLot(this.lines.values(), this.#pledges);
    for (const lot of this.#lots.values()) check(lot, sums.get(lot) ?? NO_SUMS);
  }
}

/** A lot that money goes from, or to. */
interface Place {
  readonly lot: Lot;
  readonly minor: bigint;
  readonly owed: bigint;
}
