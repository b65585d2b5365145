/**
 * What can happen to an account, as the server sends it to the engine: what a customer asks for with its own token, what providers and banks tell,
 * and what staff does. Each act reads two numbers to choose by, so that fast-check can make it smaller.
 */

import type { Command, CommandOf, Interval, OperationRequest, Receipt } from '../../../shared/credits/index.ts';
import { packOffers, priceOf } from '../../../shared/credits/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { pick } from './choosing.ts';
import { MoneyBack } from './money-back.ts';
import { requestsOf } from './requests.ts';
import type { World } from './world.ts';

export const ACTS = [
  'hold',
  'hold all',
  'settle',
  'settle the least',
  'settle for nothing',
  'fail',
  'cancel work',
  'end all work',
  'fail all work',
  'spend all',
  'buy',
  'refund',
  'goodwill',
  'chargeback',
  'win the dispute',
  'refuse the refund',
  'subscribe',
  'change the plan',
  'change the slots',
  'cancel the plan',
  'pause the plan',
  'resume the plan',
  'return the plan',
  'charge the plan back',
  'open a checkout for a plan',
  'pay the checkout',
  'staff: plan',
  'staff: reset day',
  'staff: grant',
  'staff: strike the debt',
  'report the picture',
] as const;
export type ActName = (typeof ACTS)[number];

/** Operations that take all there is, so that a sequence takes milliseconds. */
const MOST_AT_ONCE = 24;

type Choosing = CommandOf<'subscribe'> | CommandOf<'change-plan'>;

interface Checkout {
  readonly command: Choosing;
  readonly net: bigint;
}

/** Everybody who may do something to the account, with what they remember. */
export class Actors {
  readonly #world: World;
  readonly #back: MoneyBack;
  readonly #requests: readonly OperationRequest[];
  readonly #reported = new Set<string>();
  /** Whether staff gives a picture's charge back once for each report, as it must not (ST-05). */
  readonly #forgetful: boolean;
  #checkout: Checkout | null = null;

  constructor(world: World, { forgetful = false }: { readonly forgetful?: boolean } = {}) {
    this.#world = world;
    this.#forgetful = forgetful;
    this.#back = new MoneyBack(world);
    this.#requests = requestsOf(world.policy);
  }

  /** Nothing happens where the account has nothing that the act could be about. */
  act(name: ActName, a: number, b: number): Receipt | null {
    switch (name) {
      case 'hold':
        return this.#hold(1 + (a % 5), pick(this.#requests, b));
      case 'hold all':
        return this.#holdAll();
      case 'spend all':
        this.#holdAll();
        return this.#endAll('settle');
      case 'end all work':
        return this.#endAll('settle');
      case 'fail all work':
        return this.#endAll('release');
      case 'settle':
      case 'settle the least':
      case 'settle for nothing':
      case 'fail':
      case 'cancel work':
        return this.#endWork(name, a);
      case 'buy':
        return this.#buy(a, b);
      case 'refund':
      case 'goodwill':
      case 'chargeback':
        return this.#back.refund(name, a, b);
      case 'win the dispute':
        return this.#back.win(a);
      case 'refuse the refund':
        return this.#back.refuse(a);
      case 'return the plan':
      case 'charge the plan back':
        return this.#back.returnPlan(name, a, b);
      case 'report the picture':
        return this.#report(a);
      case 'staff: grant':
      case 'staff: strike the debt':
      case 'staff: reset day':
        return this.#staff(name, a, b);
      default:
        return this.#plan(name, a, b);
    }
  }

  #do(command: Command, words: string): Receipt | null {
    return this.#world.do(command, words);
  }

  #hold(count: number, request: OperationRequest | undefined): Receipt | null {
    if (request === undefined) return null;
    const operations = Array.from({ length: count }, () => ({ ...request, opId: this.#world.nextId() }));
    return this.#do({ kind: 'hold', atomic: true, operations }, `hold ${count} x ${request.kind} ${request.tool ?? request.model ?? ''}`);
  }

  /** The dearest work first, so that a few operations take everything. */
  #holdAll(): Receipt | null {
    let room = MOST_AT_ONCE;
    for (const request of this.#requests.toReversed()) {
      const price = priceOf(this.#world.policy, request);
      if (!price.ok || price.cost.max === 0n) continue;
      const available = [...this.#world.state.grants.values()].reduce((sum, grant) => sum + grant.available, 0n);
      const count = Math.min(Number(available / price.cost.max), room);
      if (count > 0) this.#hold(count, request);
      room -= count;
    }
    return null;
  }

  #endWork(name: ActName, a: number): Receipt | null {
    const hold = pick([...this.#world.state.holds.values()], a);
    if (hold === undefined) return null;
    const { opId: holdId, least } = hold;
    if (name === 'settle') return this.#do({ kind: 'settle', holdId }, `settle ${holdId}`);
    if (name === 'settle the least')
      return this.#do({ kind: 'settle', holdId, actual: least ?? units(0n) }, `settle ${holdId} at its least`);
    if (name === 'settle for nothing') return this.#do({ kind: 'settle', holdId, actual: units(0n) }, `settle ${holdId} for nothing`);
    const cause = name === 'fail' ? 'failed' : 'cancelled';
    return this.#do({ kind: 'release', holdId, cause, reason: cause }, `release ${holdId}, ${cause}`);
  }

  #endAll(kind: 'settle' | 'release'): Receipt | null {
    for (const holdId of [...this.#world.state.holds.keys()])
      this.#do(kind === 'settle' ? { kind, holdId } : { kind, holdId, cause: 'failed', reason: 'failed' }, `${kind} ${holdId}`);
    return null;
  }

  #buy(a: number, b: number): Receipt | null {
    const { policy, state, now } = this.#world;
    const opId = this.#world.nextId();
    if (policy.topUp !== null) {
      const amount = policy.topUp.minimum + BigInt(b % 50) * 1_000n;
      return this.#do({ kind: 'top-up', by: 'customer', opId: opNamed(opId), amount: units(amount) }, `${opId}: top up ${amount}`);
    }
    const pack = pick(packOffers(policy, state, now), a);
    if (pack === undefined) return null;
    return this.#do({ kind: 'purchase', by: 'customer', opId: opNamed(opId), packId: pack.id }, `${opId}: buy ${pack.id}`);
  }

  #plan(name: ActName, a: number, b: number): Receipt | null {
    const opId = this.#world.nextId();
    const by = 'customer';
    if (name === 'cancel the plan') return this.#do({ kind: 'cancel-plan', by, opId: opNamed(opId) }, `${opId}: cancel the plan`);
    if (name === 'pause the plan') return this.#do({ kind: 'pause-plan', by, opId: opNamed(opId) }, `${opId}: pause the plan`);
    if (name === 'resume the plan') return this.#do({ kind: 'resume-plan', by, opId: opNamed(opId) }, `${opId}: resume the plan`);
    if (name === 'change the slots')
      return this.#do({ kind: 'change-plan', by, opId: opNamed(opId), slots: b % 8 }, `${opId}: change to ${b % 8} slots`);
    if (name === 'pay the checkout') return this.#pay(opId);
    const plan = pick(this.#world.policy.plans?.list ?? [], a)?.id;
    if (plan === undefined) return null;
    const interval: Interval = b % 3 === 0 ? 'year' : 'month';
    const running = this.#world.state.subscription?.status;
    if (name === 'staff: plan') {
      const choice = { opId, plan, slots: b % 8, by: 'staff' } as const;
      const kind = running === undefined || running === 'ended' ? 'subscribe' : 'change-plan';
      return this.#do({ kind, ...choice }, `${opId}: staff sets ${plan}, ${b % 8} slots`);
    }
    const kind = name === 'subscribe' ? 'subscribe' : 'change-plan';
    const choice = { by, opId, plan, interval } as const;
    if (name !== 'open a checkout for a plan') return this.#do({ kind, ...choice }, `${opId}: ${kind} ${plan} by the ${interval}`);
    return this.#open({ ...choice, kind: running === undefined || running === 'ended' ? 'subscribe' : 'change-plan' });
  }

  /** Priced now, paid later: the engine is asked what it comes to, and nothing is written. */
  #open(command: Choosing): null {
    const net = this.#world.priceOf(command);
    if (net !== null && net > 0n) this.#checkout = { command: { ...command, pricedAt: this.#world.now }, net };
    return null;
  }

  /** What was paid for is done only while it still comes to the same; otherwise the payment goes back, and nothing happened. */
  #pay(opId: string): Receipt | null {
    const checkout = this.#checkout;
    if (checkout === null) return null;
    this.#checkout = null;
    if (this.#world.priceOf(checkout.command) !== checkout.net) return null;
    return this.#do({ ...checkout.command, opId: opNamed(opId) }, `${opId}: pay the checkout of before`);
  }

  #staff(name: ActName, a: number, b: number): Receipt | null {
    const opId = this.#world.nextId();
    const by = 'staff';
    if (name === 'staff: strike the debt')
      return this.#do({ kind: 'strike-shortfall', by, opId: opNamed(opId), reason: 'let go' }, `${opId}: strike the debt`);
    const day = b % 4 === 0 ? null : 1 + (a % 31);
    if (name === 'staff: reset day')
      return this.#do({ kind: 'set-reset-day', by, opId: opNamed(opId), day }, `${opId}: reset on day ${day}`);
    const bucket =
      pick(
        this.#world.policy.buckets.filter((rule) => rule.rolloverOf === undefined),
        a,
      )?.id ?? 'none';
    return this.#do(
      { kind: 'grant', by, opId: opNamed(opId), bucket, amount: units(BigInt(1 + b)), reason: 'a present' },
      `${opId}: staff grants ${1 + b} to ${bucket}`,
    );
  }

  /** Staff gives the charge of a faulty picture back, under a name made of the picture. */
  #report(a: number): Receipt | null {
    const settled = pick(this.#world.entriesOf('settled').toReversed(), a);
    const bucket = this.#world.policy.buckets[0]?.id;
    const amount = settled?.charged.reduce((sum, slice) => sum + slice.amount, 0n) ?? 0n;
    if (settled === undefined || bucket === undefined || amount === 0n) return null;
    if (this.#reported.has(settled.holdId) && !this.#forgetful) return null;
    this.#reported.add(settled.holdId);
    const opId = this.#forgetful ? this.#world.nextId() : `picture:${settled.holdId}`;
    return this.#do(
      { kind: 'grant', by: 'staff', opId: opNamed(opId), bucket, amount: units(amount), reason: `report of ${settled.holdId}` },
      `${opId}: ${settled.holdId} was faulty`,
    );
  }
}
