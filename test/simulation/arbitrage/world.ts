/** One account under audit: whoever acts, acts through it, and after every act the books, the gifts and the promises are looked at. */
import {
  type AccountState,
  type Command,
  type Decision,
  type Entry,
  emptyAccount,
  evolveAll,
  type Instant,
  type OpenParams,
  open,
  type Policy,
  type Receipt,
  violationIn,
  violationOf,
} from '../../../shared/credits/index.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { accountNamed, grantNamed, opNamed } from '../../quantities.ts';
import { Books } from './books.ts';
import { Gifts } from './gifts.ts';
import { Promises } from './promises.ts';
import { Broken } from './terms.ts';

/** The engine, or one with a hole in it. */
export type Decider = (policy: Policy, state: AccountState, command: Command, now: Instant) => Decision;

export class World {
  readonly policy: Policy;
  readonly entries: Entry[] = [];
  /** What was done and what came of it, for people. */
  readonly story: string[] = [];
  state: AccountState = emptyAccount;
  now: Instant;
  readonly #decide: Decider;
  readonly #books: Books;
  readonly #gifts: Gifts;
  readonly #promises: Promises;
  #ids = 0;

  constructor(policy: Policy, decider: Decider, now: Instant, params: Omit<OpenParams, 'accountId'>) {
    this.policy = policy;
    this.now = now;
    this.#decide = decider;
    this.#books = new Books(policy);
    this.#gifts = new Gifts(policy, now);
    this.#promises = new Promises(policy);
    this.#say(`opened ${params.plan ?? 'without a plan'}, ${params.slots ?? 0} slots, ${params.timeZone}`);
    this.#write(null, open(policy, { accountId: accountNamed('acc_1'), ...params }, now));
  }

  nextId(): OpId {
    this.#ids += 1;
    return opNamed(`op-${this.#ids}`);
  }

  /** Decides, writes and audits; the receipt, or null when it was refused. Throws `Broken`. */
  do(command: Command, words: string): Receipt | null {
    const decision = this.#decide(this.policy, this.state, command, this.now);
    if (!decision.ok) {
      this.#say(`${words}: refused, ${decision.refusal.code}`);
      return null;
    }
    this.#say(`${words}: ${outcomeOf(decision.receipt)}`);
    this.#write(command, decision.entries);
    this.#sameAs(decision.state);
    return decision.receipt;
  }

  /** What a change of plan would charge now, in minor units; null: it is refused. Nothing is written. */
  priceOf(command: Command): bigint | null {
    const decision = this.#decide(this.policy, this.state, command, this.now);
    return decision.ok && decision.receipt.kind === 'subscription' ? decision.receipt.charge.net.minor : null;
  }

  entriesOf<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }>[] {
    return this.entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  }

  #say(words: string): void {
    this.story.push(`${new Date(this.now).toISOString()}  ${words}`);
  }

  #write(command: Command | null, entries: readonly Entry[]): void {
    const before = this.state;
    this.state = evolveAll(before, entries);
    const violation = violationOf(before, entries, this.state) ?? violationIn(this.state);
    if (violation !== null) throw new Broken(`what production asserts: ${violation.invariant}: ${violation.what}`);
    this.entries.push(...entries);
    this.#books.note({ command, entries });
    this.#gifts.note(command, entries);
    this.#promises.note(command, entries, this.#books, this.now);
    this.#agrees();
  }

  /** What the engine says of each grant is what the books say. */
  #agrees(): void {
    const { grants, recent, carried } = this.state;
    if (carried !== this.#books.carried) throw new Broken(`${carried} are carried, and the books know of ${this.#books.carried}`);
    const known = new Map([...grants.values(), ...recent].map((grant) => [grant.id, grant]));
    for (const line of this.#books.lines.values()) {
      const grant = known.get(grantNamed(line.id)) ?? { ...line, available: 0n, held: 0n };
      if (grant.available !== line.available || grant.held !== line.held || grant.spent !== line.spent || grant.refunded !== line.refunded)
        throw new Broken(`${line.id} has ${grant.available} + ${grant.held}, and the books say ${line.available} + ${line.held}`);
    }
  }

  #sameAs({ seq, lastAt, carried, shortfall }: AccountState): void {
    const { state } = this;
    if (seq !== state.seq || lastAt !== state.lastAt || carried !== state.carried || shortfall !== state.shortfall)
      throw new Broken('the decision says another state than its entries come to');
  }
}

function outcomeOf(receipt: Receipt): string {
  switch (receipt.kind) {
    case 'held':
      return `${receipt.outcomes.filter(({ status }) => status === 'held').length} held`;
    case 'settled':
    case 'released':
      return `${receipt.charged} charged, ${receipt.returned} returned`;
    case 'granted':
      return `${receipt.grant.amount} for ${receipt.paid?.minor ?? 0n}`;
    case 'refunded':
      return `${receipt.money.minor} back, ${receipt.amount} taken, ${receipt.awaited ?? 0n} awaited, ${receipt.shortfall} owed`;
    case 'subscription':
      return `${receipt.subscription.plan} ${receipt.subscription.status}, ${receipt.charge.net.minor} charged, ${receipt.charge.carried.minor} carried`;
    case 'dispute-won':
      return `${receipt.money.minor} paid again`;
    case 'shortfall-settled':
      return `${receipt.settled} struck`;
    case 'done':
      return 'done';
  }
}
