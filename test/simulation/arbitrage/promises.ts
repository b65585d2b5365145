/**
 * What each act may do, act by act: a hold is placed at the price, a settle stays inside of it and is never nothing for something; credit is not usable
 * past its date, but for the time that work and its failure give it; a cancelled plan is not billed again, and cancelling or resuming does not
 * touch what was planned. What only the customer decides, stays decided.
 */
import type { Command, Entry, EntryOf, Instant, OperationRequest, Policy, Subscription } from '../../../shared/credits/index.ts';
import type { Books } from './books.ts';
import { Broken, costOf } from './terms.ts';

const total = (slices: readonly { readonly amount: bigint }[]): bigint => slices.reduce((sum, { amount }) => sum + amount, 0n);

export class Promises {
  readonly #policy: Policy;
  readonly #requests = new Map<string, OperationRequest>();
  /** Of each picture, what did not come back yet. */
  readonly #charged = new Map<string, bigint>();
  readonly #longestHoldMs: number;
  #cancelled = false;
  #planned: Subscription['next'] = null;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#longestHoldMs = Math.max(...Object.values(policy.operations).map(({ holdMs }) => holdMs));
  }

  /** Throws `Broken` where the act did what was not promised. */
  note(command: Command | null, entries: readonly Entry[], books: Books, now: Instant): void {
    if (command?.kind === 'hold') for (const operation of command.operations) this.#requests.set(operation.opId, operation);
    for (const entry of entries) {
      if (entry.kind === 'held') this.#held(entry);
      if (entry.kind === 'settled') this.#settled(entry);
      if (entry.kind === 'granted') this.#reported(entry);
      if (entry.kind === 'renewed' && this.#cancelled && (entry.charge?.minor ?? 0n) > 0n)
        throw new Broken('a cancelled plan is billed again');
      if (entry.kind === 'plan-changed') this.#planChanged(command, entry);
      // It ended, and what everybody has began: whatever is chosen now is chosen anew.
      if (entry.kind === 'plan-changed' && entry.opId.startsWith('due:')) this.#cancelled = false;
      if (entry.kind === 'renewed') this.#planned = entry.subscription.next;
    }
    if (command?.kind === 'cancel-plan' || command?.kind === 'pause-plan') this.#cancelled = true;
    if (command?.kind === 'resume-plan' || command?.kind === 'subscribe') this.#cancelled = false;
    this.#lapsed(books, now);
    this.#clock(books);
  }

  #cost(opId: string): { readonly least: bigint; readonly most: bigint } {
    const request = this.#requests.get(opId);
    const cost = request === undefined ? null : costOf(this.#policy, request);
    if (cost === null) throw new Broken(`${opId} was never asked for, or is not sold`);
    return cost;
  }

  #held({ opId, slices }: EntryOf<'held'>): void {
    const { most } = this.#cost(opId);
    if (total(slices) !== most) throw new Broken(`${total(slices)} are held for ${opId}, which costs ${most}`);
  }

  #settled({ holdId, charged, returned }: EntryOf<'settled'>): void {
    const { least, most } = this.#cost(holdId);
    const [cost, back] = [total(charged), total(returned)];
    this.#charged.set(holdId, cost);
    if (cost < least || cost > most || (cost === 0n && most > 0n) || cost + back !== most)
      throw new Broken(`${holdId} settles at ${cost}, and its price is ${least} to ${most}`);
  }

  /** A picture's charge comes back at most once, however often it is reported (ST-05). */
  #reported({ amount, source }: EntryOf<'granted'>): void {
    const picture = source.kind === 'admin' ? (/^report of (.*)$/.exec(source.reason)?.[1] ?? null) : null;
    if (picture === null) return;
    const left = this.#charged.get(picture) ?? 0n;
    if (amount > left) throw new Broken(`${amount} come back for ${picture}, of whose charge ${left} are left`);
    this.#charged.set(picture, left - amount);
  }

  #planChanged(command: Command | null, { begins, opId, subscription: { next } }: EntryOf<'plan-changed'>): void {
    const keeps = command?.kind === 'cancel-plan' || command?.kind === 'pause-plan' || command?.kind === 'resume-plan';
    if (keeps && begins !== true && !opId.startsWith('due:') && said(next) !== said(this.#planned))
      throw new Broken(`${command.kind} changes what was planned from ${said(this.#planned)} to ${said(next)}`);
    this.#planned = next;
  }

  #lapsed({ lines }: Books, now: Instant): void {
    for (const { id, available, expiresAt } of lines.values())
      if (available > 0n && expiresAt !== null && now >= expiresAt + this.#longestHoldMs + this.#policy.graceMs)
        throw new Broken(`${available} of ${id} can be spent long after they lapsed`);
  }

  /** PG-12: a balance lives a year from its last top-up that was paid and kept, and no grant longer than that or its own year. */
  #clock(books: Books): void {
    const { topUp, buckets } = this.#policy;
    if (topUp === null || buckets.some(({ validity }) => validity.kind !== 'from-last-payment')) return;
    const kept = books.lastKept(topUp.minimum / topUp.unitsPerMinor);
    for (const { id, at, available, expiresAt } of books.lines.values())
      if (available > 0n && (expiresAt === null || expiresAt > Math.max(at, kept ?? 0) + LONGEST_YEAR_MS))
        throw new Broken(`${available} of ${id} live until ${new Date(expiresAt ?? 0).toISOString()}, past the last top-up that was kept`);
  }
}

const LONGEST_YEAR_MS = 367 * 86_400_000;

const said = (next: Subscription['next']): string => (next === null ? 'nothing' : `${next.plan} ${next.slots} ${next.interval}`);
