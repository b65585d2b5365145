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
 * What is bought on account counts as paid: the open bill is a claim, and what staff allows bounds it.
 *
 * *Debts* are the shortfalls that the ledger names: units that a chargeback found spent, which the account owes. *Gifts* are what the policy or
 * staff gives away, and no customer's act makes one but this: the satisfaction guarantee (AS-11) leaves what was spent of one purchase, once in an
 * account's life. A refund that staff gives leaves what was spent already, or less than a unit of rounding. A debt that staff strikes is one as well.
 * What is held when staff or the bank gives money back counts on neither side until the work ends: then it is spent (given, or owed) or taken.
 *
 * Credit without a lot is a gift of the policy, worth nothing in money: `gifts.ts` says which there are and how often. Money is conserved beside the
 * lots: what is carried over is what was given back and not used up by a bill or paid out, to the cent. Summed over the lots, the money kept is at
 * every moment at least the worth of what was spent, is held and can be spent.
 */
import type { Command, Entry, EntryOf, Instant, Policy, Slice, Units } from '../../../shared/credits/index.ts';
import { type Line, type Lot, newLot, PARTS, sumsOf, worth } from './lot.ts';
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
  /** The paid period that runs; null: none, or one that costs nothing. */
  #period: Lot | null = null;
  #periodStart: Instant | null = null;
  #carried = 0n;
  #guarantees = 0;
  #command: Command | null = null;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** When the last purchase was made of which at least so much money is kept, or all of it; null: there is none. */
  lastKept(least: bigint): Instant | null {
    let last: Instant | null = null;
    for (const { lot, id, at } of this.lines.values())
      if (lot?.id === id && lot.price > lot.back && (lot.back === 0n || lot.price - lot.back >= least)) last = Math.max(last ?? 0, at);
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
    this.#begin(entry.opId, subscription, price);
  }

  /** A period that goes on, or ends: what was carried may grow by what it gives back, or shrink by what the bank took. */
  #changedInside(charged: bigint, carried: bigint): void {
    const of = this.#command?.kind === 'return-plan' ? (this.#lots.get(this.#command.paymentOpId) ?? null) : this.#period;
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
    this.#begin(opId, subscription, price);
  }

  #begin(id: string, subscription: EntryOf<'renewed'>['subscription'], price: bigint): void {
    this.#periodStart = subscription.period.start;
    this.#period =
      price === 0n
        ? null
        : this.#lot(id, `${subscription.plan} by the ${subscription.interval}`, price, unitsOfPeriod(this.#policy, subscription));
  }

  #lot(id: string, what: string, price: bigint, units: Units): Lot {
    const lot = newLot(id, what, price, units);
    this.#lots.set(id, lot);
    return lot;
  }

  #granted({ opId, at, grantId, amount, expiresAt, source }: EntryOf<'granted'>): void {
    if (amount <= 0n || this.lines.has(grantId)) throw new Broken(`the grant ${grantId} of ${amount} is made twice, or of nothing`);
    const { plans } = this.#policy;
    let lot: Lot | null = null;
    if (source.kind === 'purchase') lot = this.#lot(grantId, source.packId ?? 'top-up', source.paid.minor, amount);
    if (source.kind === 'plan') {
      const sold = plans?.list.find(({ id }) => id === source.plan)?.price;
      if ((sold?.month?.minor ?? 0n) + (sold?.year?.minor ?? 0n) > 0n) lot = this.#period;
      if (lot !== null && !lot.what.startsWith(`${source.plan} `))
        throw new Broken(`${grantId} is of ${source.plan}, and ${lot.what} was paid for`);
      if (sold?.month != null && sold.month.minor > 0n && lot === null) throw new Broken(`a month of ${source.plan} that nobody paid for`);
    }
    // Credit of a refund that was not made after all, when the grant that it came from is forgotten.
    if (source.kind === 'admin' && this.#command?.kind === 'refund-refused' && this.#command.opId === opId)
      lot = this.#lots.get(this.#command.refund.purchaseOpId) ?? null;
    const none = { available: 0n, held: 0n, spent: 0n, expired: 0n, refunded: 0n };
    this.lines.set(grantId, {
      id: grantId,
      lot,
      granted: amount,
      at,
      expiresAt,
      ...none,
      available: amount,
      pledged: { staff: 0n, bank: 0n },
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
    const before = lot === undefined ? null : sumsOf(lot, this.lines.values());
    this.#move(slices, 'available', 'refunded');
    const by = basis === 'chargeback' ? 'bank' : 'staff';
    if (follows !== undefined) {
      const line = this.#line(follows.grantId);
      const ended = slices.reduce((sum, { amount }) => sum + amount, shortfall);
      line.pledged[by] = line.pledged[by] > ended ? line.pledged[by] - ended : 0n;
    }
    for (const { grantId, amount } of awaits) this.#line(grantId).pledged[by] += amount;
    if (lot === undefined || before === null) {
      if (money.minor !== 0n) throw new Broken(`${money.minor} go back for ${purchaseOpId}, which was never paid`);
      return;
    }
    lot.back += money.minor;
    lot.debt += shortfall;
    if (follows !== undefined) return;
    if (basis !== 'policy') lot.rounding += worth(lot, 1n);
    if (basis === 'goodwill') this.#givenByStaff(lot, opId, money.minor, [...slices, ...awaits], before);
    if (basis === 'policy') this.#givenByPolicy(lot, opId, before.spent);
  }

  #givenByStaff(lot: Lot, opId: string, minor: bigint, taken: readonly Slice[], before: { readonly live: Units }): void {
    const isPlan = !this.lines.has(lot.id);
    const whole = lot.back === lot.price;
    const units = isPlan && !whole ? taken.reduce((sum, { amount }) => sum + amount, 0n) : before.live;
    const gift = minor * PARTS - worth(lot, units);
    if (gift <= 0n) return;
    lot.gifts.set(opId, gift);
    if (isPlan && !whole) lot.live += gift;
  }

  /** The satisfaction guarantee, once; where a policy gives back what was not used, nothing is given away. */
  #givenByPolicy(lot: Lot, opId: string, spent: Units): void {
    this.#guarantees += 1;
    if (this.#policy.refunds.covers === 'everything' && this.#guarantees === 1) lot.gifts.set(opId, worth(lot, spent));
  }

  #returned({ purchaseOpId, slices, money, shortfall, undoes }: EntryOf<'dispute-won'>): void {
    this.#move(slices, 'refunded', 'available');
    const lot = this.#lots.get(purchaseOpId);
    if (lot === undefined) throw new Broken(`a dispute about ${purchaseOpId} ends, which was never paid`);
    lot.back -= money.minor;
    lot.debt -= shortfall;
    if (lot.debt < 0n) throw new Broken(`more of the debt of ${lot.what} is struck than was owed`);
    const by = undoes === undefined || undoes.basis === 'chargeback' ? 'bank' : 'staff';
    for (const line of this.lines.values()) if (line.lot === lot) line.pledged[by] = 0n;
    if (undoes === undefined) return;
    lot.live -= lot.live === 0n ? 0n : (lot.gifts.get(undoes.refund) ?? 0n);
    lot.gifts.delete(undoes.refund);
    if (undoes.basis === 'policy') this.#guarantees -= 1;
  }

  #debtSettled({ opId, purchaseOpId, slices, struck }: EntryOf<'shortfall-settled'>): void {
    this.#move(slices, 'available', 'refunded');
    const lot = this.#lots.get(purchaseOpId);
    if (lot === undefined) throw new Broken(`a debt of ${purchaseOpId} is settled, which was never paid`);
    const foreign = slices.reduce((sum, { grantId, amount }) => (this.#line(grantId).lot === lot ? sum : sum + amount), struck);
    lot.debt -= slices.reduce((sum, { amount }) => sum + amount, struck);
    lot.gifts.set(`${opId}:${lot.gifts.size}`, worth(lot, foreign));
  }

  /** Work that held what was promised to staff is over: spent, it was given; nobody owes it. */
  #endPledges(line: Line, spent: Units): void {
    const { pledged, lot, held } = line;
    const over = pledged.staff - held;
    if (over > 0n) {
      pledged.staff = held;
      if (lot !== null) lot.gifts.set(`work:${lot.gifts.size}`, worth(lot, over < spent ? over : spent));
    }
    if (pledged.staff + pledged.bank > held) pledged.bank = held - pledged.staff;
  }

  #check(): void {
    if (this.#carried < 0n) throw new Broken(`${this.#carried} are carried`);
    for (const lot of this.#lots.values()) {
      const { live, spent } = sumsOf(lot, this.lines.values());
      const gifts = [...lot.gifts.values()].reduce((sum, gift) => sum + gift, 0n);
      const kept = (lot.price - lot.back) * PARTS + lot.rounding;
      if (lot.back > lot.price) throw new Broken(`${lot.back} of ${lot.price} went back for ${lot.what}`);
      const said = `${lot.what}: ${lot.price - lot.back} of ${lot.price} are kept, for ${spent} spent and ${live} to spend of ${lot.units}`;
      if (kept + lot.live < worth(lot, live)) throw new Broken(`${said}, which no money backs`);
      if (kept + gifts + worth(lot, lot.debt) < worth(lot, live + spent)) throw new Broken(`${said} (${lot.debt} owed)`);
    }
  }
}
