/**
 * What is given for nothing, and how often: the welcome gift once, a promotion once in each of its months, the month of a contract or of the plan that
 * everybody has. Plans without a price and listing slots are what staff named last; a customer's own act changes neither (ST-08). What staff grants is
 * staff's, and is not looked at. Whatever else arrives without a price is credit for nothing.
 */
import type { Command, Entry, EntryOf, Instant, Policy, Subscription } from '../../../shared/credits/index.ts';
import { allowanceOf, Broken, priceOf } from './terms.ts';

const SHORTEST_MONTH_MS = 28 * 86_400_000;

type Source<K> = Extract<EntryOf<'granted'>['source'], { kind: K }>;

export class Gifts {
  readonly #policy: Policy;
  readonly #openedAt: Instant;
  /** What staff named, with what was named before: the largest counts for the month it is named in. */
  readonly #named: { plan: string; slots: number }[] = [];
  /** bigint by what gave them, and the month. */
  readonly #given = new Map<string, bigint>();
  readonly #months = new Set<Instant>();
  /** How many more months there may be than the calendar has: staff moved the day, or a paid period began between. */
  #extraMonths = 2;
  #trials = 0;

  constructor(policy: Policy, openedAt: Instant) {
    this.#policy = policy;
    this.#openedAt = openedAt;
    const standard = policy.plans?.defaultPlan;
    if (standard != null) this.#named.push({ plan: standard, slots: 0 });
  }

  /** Throws `Broken` where the act, or the time before it, gave what nobody may have for nothing. */
  note(command: Command | null, entries: readonly Entry[]): void {
    const byStaff = command === null || command.by === 'staff';
    if (command?.kind === 'set-reset-day') this.#extraMonths += 1;
    for (const entry of entries) {
      if (entry.kind === 'plan-changed' || entry.kind === 'renewed') this.#plan(entry, byStaff && !entry.opId.startsWith('due:'));
      if (entry.kind === 'granted') this.#granted(entry);
    }
  }

  #plan({ subscription }: EntryOf<'plan-changed'> | EntryOf<'renewed'>, byStaff: boolean): void {
    const choices = [subscription, ...(subscription.next === null ? [] : [subscription.next])];
    for (const { plan, slots, interval } of choices) {
      if (this.#isPaid({ plan, interval })) this.#extraMonths += 1;
      if (byStaff) this.#named.push({ plan, slots });
      else if (!this.#isPaid({ plan, interval }) && !this.#named.some((one) => this.#covers(one, plan, slots)))
        throw new Broken(`the customer comes to ${plan} with ${slots} slots, which staff never named`);
    }
  }

  #isPaid = ({ plan, interval }: Pick<Subscription, 'plan' | 'interval'>): boolean =>
    (priceOf(this.#policy, plan, interval)?.minor ?? 0n) > 0n;

  /** The plan that everybody has comes back to whoever cancels, with the slots that were named for any plan. */
  #covers = (one: { plan: string; slots: number }, plan: string, slots: number): boolean =>
    (one.plan === plan || plan === this.#policy.plans?.defaultPlan) && one.slots >= slots;

  #granted({ at, amount, bucket, source }: EntryOf<'granted'>): void {
    if (source.kind === 'trial') {
      this.#trials += 1;
      if (this.#trials > 1 || amount !== this.#policy.trial?.amount) throw new Broken(`the welcome gift of ${amount} comes again`);
    }
    if (source.kind === 'promotion') this.#promotion(source, amount);
    if (source.kind === 'plan' && !this.#isPaid({ plan: source.plan, interval: 'month' })) this.#month(source, amount, at);
    if (source.kind === 'purchase') this.#bought(source, amount, bucket);
  }

  #promotion({ promotionId, cycleStart }: Source<'promotion'>, amount: bigint): void {
    const rule = this.#policy.promotions.find(({ id }) => id === promotionId);
    const most = this.#named.map(({ plan, slots }) => {
      const promised = rule?.byPlan[plan];
      return promised?.kind === 'per-slot' ? promised.amount * BigInt(slots) : promised?.kind === 'fixed' ? promised.amount : 0n;
    });
    this.#atMost(`${promotionId}:${cycleStart}`, amount, most);
  }

  /** A month that costs nothing: at most what the best plan that staff named gives. */
  #month({ cycleStart }: Source<'plan'>, amount: bigint, at: Instant): void {
    this.#atMost(
      `month:${cycleStart}`,
      amount,
      this.#named.map(({ plan, slots }) => allowanceOf(this.#policy, plan, slots)),
    );
    this.#months.add(cycleStart);
    const most = Math.floor((at - this.#openedAt) / SHORTEST_MONTH_MS) + this.#extraMonths;
    if (this.#months.size > most) throw new Broken(`${this.#months.size} months for nothing, where the calendar has ${most}`);
  }

  #atMost(what: string, amount: bigint, most: readonly bigint[]): void {
    const given = (this.#given.get(what) ?? 0n) + amount;
    this.#given.set(what, given);
    if (!most.some((best) => given <= best))
      throw new Broken(`${given} are given for ${what}, where the policy gives ${most.join(' or ')}`);
  }

  /** Packs cost their list price less every discount that there is; a balance costs itself. */
  #bought({ packId, paid }: Source<'purchase'>, amount: bigint, bucket: string): void {
    const { packs, topUp, plans } = this.#policy;
    const pack = packs?.list.find(({ id }) => id === packId);
    const discounts = plans?.list.map(({ packDiscountPercent }) => packDiscountPercent) ?? [];
    const shares = (100n - BigInt(pack?.volumeDiscountPercent ?? 0)) * (100n - BigInt(Math.max(0, ...discounts)));
    const least = pack === undefined ? amount / (topUp?.unitsPerMinor ?? 1n) : (pack.listPrice.minor * shares) / 10_000n;
    if (pack !== undefined && amount !== pack.credits) throw new Broken(`${packId} brings ${amount} instead of ${pack.credits}`);
    if (paid.minor < least) throw new Broken(`${amount} of ${bucket} for ${paid.minor}, where the least price is ${least}`);
  }
}
