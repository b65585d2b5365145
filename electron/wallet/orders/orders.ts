/**
 * Whatever moves money: packs, top-ups, plans, refunds. Each is written to the outbox before it is sent, so that it is carried
 * out at most once however often it is sent; what was ordered is seen once the ledger says so.
 */
import { z } from 'zod';
import {
  autoTopUp as autoTopUpAnswer,
  paths,
  refundAnswer,
  subscriptionQuote as subscriptionQuoteAnswer,
} from '../../../shared/api/index.ts';
import { operationId } from '../../../shared/credits/codec/quantities.ts';
import { formatAmount } from '../../../shared/credits/index.ts';
import { minutes } from '../../../shared/credits/model/durations.ts';
import { laterBy, parseInstant } from '../../../shared/credits/model/instants.ts';
import { NO_ACCOUNT } from '../../../shared/credits/model/minting.ts';
import type { Instant, OpId } from '../../../shared/credits/model/quantities.ts';
import type { AutoTopUpChoice, PaymentWay, PlanPreview, PlanRequest } from '../../../shared/ipc/billing.ts';
import type { Money, WalletView } from '../../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../../shared/result.ts';
import type { ReturnPage } from '../../../shared/return-page.ts';
import type { World } from '../../world.ts';
import { newOpId } from '../../world.ts';
import type { Cache } from '../copy/cache.ts';
import { packFact } from '../copy/facts.ts';
import type { ReplayedAccount } from '../read/replayed-account.ts';
import { amountTyped } from '../read/top-ups.ts';
import { amountUnreadable, notNow, orderedUnseen, orderWaits, packUnknown, purchaseWaits, refusedBy } from '../sentences.ts';
import { type Ask, nothingChanged, perhapsChanged } from './ask.ts';
import type { RequestKind } from './order-answers.ts';
import type { Outbox } from './outbox.ts';

/** What an order was answered; `invoice` null: none was written (yet). */
export interface Ordered {
  readonly invoice: string | null;
  /** The provider's page, where it is paid: nothing is charged before that. */
  readonly checkoutUrl: string | null;
}

interface OrderParts {
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly world: World;
  readonly ask: Ask;
  readonly account: Pick<ReplayedAccount, 'accountId' | 'present'>;
  readonly copy: {
    /** Null when there is a connection; else why `what` has to wait. */
    offline(what: string): Problem | null;
    /** Brings the copy up to date. */
    pull(): Promise<void>;
  };
  readonly walletView: () => WalletView | null;
}

const checkoutAnswer = z.object({ checkoutUrl: z.string().optional() });

/** What an order is sent as. */
interface Order {
  /** As a sentence begins with it: "Buying". */
  readonly what: string;
  readonly kind: RequestKind;
  readonly path: string;
  /** Without its operation id. */
  readonly body: object;
  /** What to say while there is no answer. */
  readonly waits: Problem;
}

/** Everything that moves money: written to the outbox before it is sent, so that each order happens at most once. */
export class Orders {
  readonly #parts: OrderParts;

  constructor(parts: OrderParts) {
    this.#parts = parts;
  }

  /** `keepMethod`: the method of payment stays at the provider, for automatic top-ups. */
  async buy(packId: string, way?: PaymentWay, keepMethod?: boolean): Promise<Result<Ordered & { credits: string; wallet: WalletView }>> {
    const { cache, copy, walletView } = this.#parts;
    const pack = (cache.fact('packs', packFact) ?? []).find(({ id }) => id === packId);
    if (pack === undefined) return fail(copy.offline('Buying') ?? packUnknown);
    const body = { packId, ...paidBy(way, 'buy', keepMethod) };
    const answer = await this.#order({ what: 'Buying', kind: 'purchase', path: paths.purchases, body, waits: purchaseWaits });
    if (!answer.ok) return answer;
    const wallet = walletView();
    return wallet === null ? fail(orderedUnseen) : ok({ credits: pack.credits, ...this.#orderedBy(answer.value), wallet });
  }

  /** `typed`: an amount as people write it, "5" or "5,50". */
  async topUp(typed: string, way?: PaymentWay, keepMethod?: boolean): Promise<Result<Ordered>> {
    const present = this.#parts.account.present();
    if (present === null) return fail(notNow('Topping up'));
    const amount = amountTyped(typed, present.terms);
    if (amount === null) return fail(amountUnreadable);
    const body = { amount: formatAmount(amount, present.terms.unit), ...paidBy(way, 'buy', keepMethod) };
    const answer = await this.#order({ what: 'Topping up', kind: 'purchase', path: paths.purchases, body, waits: purchaseWaits });
    return answer.ok ? ok(this.#orderedBy(answer.value)) : answer;
  }

  /** What the server says the change would charge, credit and grant. Nothing is changed. */
  async previewPlan(request: PlanRequest): Promise<Result<PlanPreview>> {
    const { ask, account, world } = this.#parts;
    const answer = await ask({
      what: 'Changing the plan',
      method: 'POST',
      path: paths.subscriptionQuote,
      body: request,
      answer: subscriptionQuoteAnswer,
      unanswered: nothingChanged,
    });
    return answer.ok ? ok(previewOf(answer.value, account.present()?.now ?? world.clock.now())) : answer;
  }

  async changePlan(request: PlanRequest, way?: PaymentWay): Promise<Result<Ordered>> {
    const body = { ...request, ...paidBy(way, 'plans') };
    const answer = await this.#order({ what: 'Changing the plan', kind: 'plan', path: paths.subscription, body, waits: orderWaits });
    return answer.ok ? ok(this.#orderedBy(answer.value)) : answer;
  }

  /** Gives a purchase back as far as the policy takes it. `creditNote` null: there is none. */
  async refund(purchaseId: OpId): Promise<Result<{ refunded: Money; creditNote: string | null }>> {
    const answer = await this.#order({
      what: 'Giving back',
      kind: 'refund',
      path: paths.refunds,
      body: { purchaseId },
      waits: orderWaits,
    });
    if (!answer.ok) return answer;
    const { refunded, creditNote } = refundAnswer.parse(answer.value.body);
    return ok({ refunded, creditNote: creditNote?.number ?? null });
  }

  /** Null switches it off. Answers what is wrong, or null. */
  async setAutoTopUp(choice: AutoTopUpChoice | null): Promise<Problem | null> {
    const { ask, copy, world } = this.#parts;
    const settings = choice && {
      below: choice.below.replace(',', '.'),
      ...(choice.packId === null ? {} : { packId: choice.packId }),
      ...(choice.amount === null ? {} : { amount: choice.amount.replace(',', '.') }),
      monthlyCap: { ...choice.monthlyCap, amount: choice.monthlyCap.amount.replace(',', '.') },
    };
    const answer = await ask({
      what: 'Changing the automatic top-up',
      method: 'PUT',
      path: paths.autoTopUp,
      body: { opId: newOpId(world.ids), settings },
      answer: autoTopUpAnswer,
      unanswered: perhapsChanged,
    });
    if (!answer.ok) return answer.error;
    await copy.pull();
    return null;
  }

  /** Sends it and brings the copy up to date. The same order while one waits for its answer is that one, not a second. */
  async #order({ what, kind, path, body, waits }: Order): Promise<Result<{ opId: OpId; body: unknown }>> {
    const { outbox, copy, account, world } = this.#parts;
    const before = this.#waitingFor(kind, body);
    const offline = copy.offline(what);
    if (offline !== null) return fail(before === null ? offline : waits);
    const opId = before ?? newOpId(world.ids);
    if (before === null) outbox.add({ opId, accountId: account.accountId() ?? NO_ACCOUNT, kind, path, body: { opId, ...body } });
    const verdict = await outbox.send(opId);
    if (verdict.kind === 'refused') return fail(refusedBy(verdict.problem));
    if (verdict.kind !== 'accepted') return fail(waits);
    await copy.pull();
    return ok({ opId, body: verdict.body });
  }

  /** The id of the same order, sent before and not answered yet; null: there is none. */
  #waitingFor(kind: RequestKind, body: object): OpId | null {
    const { outbox, account } = this.#parts;
    const wanted = JSON.stringify(body);
    const same = outbox
      .waiting(account.accountId() ?? NO_ACCOUNT)
      .find((request) => request.kind === kind && JSON.stringify(withoutId(request.body)) === wanted);
    return same?.opId ?? null;
  }

  #orderedBy({ opId, body }: { opId: OpId; body: unknown }): Ordered {
    return {
      invoice: this.#parts.cache.invoices().find((invoice) => invoice.opId === opId)?.number ?? null,
      checkoutUrl: checkoutAnswer.safeParse(body).data?.checkoutUrl ?? null,
    };
  }
}

const withoutId = (body: unknown): unknown => {
  const { opId: _, ...rest } = z.looseObject({ opId: operationId }).parse(body);
  return rest;
};

/** The way that was chosen, and the page that a provider's leads back to (GS-16); none chosen: the policy's own. */
const paidBy = (way: PaymentWay | undefined, returnTo: ReturnPage, keepMethod = false): object => {
  if (way === undefined) return {};
  return way === 'invoice' ? { provider: way } : { provider: way, returnTo, ...(keepMethod ? { keepMethod } : {}) };
};

function previewOf(quote: z.infer<typeof subscriptionQuoteAnswer>, now: Instant): PlanPreview {
  const { effectiveAt, charge, credit, net, carried, lines, grants, availableAfter } = quote;
  const { renewal } = quote.subscription;
  return {
    at: effectiveAt,
    atOnce: parseInstant(effectiveAt) <= laterBy(now, SAME_MOMENT_MS),
    charge,
    credit,
    net,
    carried,
    lines,
    added: grants,
    availableAfter,
    ...(renewal && { renewal: { at: renewal.at, net: renewal.net } }),
  };
}

/** The two clocks may differ by the time that an answer takes; a renewal is further away. */
const SAME_MOMENT_MS = minutes(1);
