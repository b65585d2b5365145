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
import { formatAmount } from '../../../shared/credits/index.ts';
import { NO_ACCOUNT } from '../../../shared/credits/model/minting.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import type { AutoTopUpChoice, PaymentWay, PlanPreview, PlanRequest } from '../../../shared/ipc/billing.ts';
import type { Money, WalletView } from '../../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../../shared/result.ts';
import type { ReturnPage } from '../../../shared/return-page.ts';
import type { World } from '../../world.ts';
import type { Cache } from '../copy/cache.ts';
import { packFact } from '../copy/facts.ts';
import type { Present } from '../copy/present.ts';
import { amountTyped } from '../read/top-ups.ts';
import { amountUnreadable, notNow, orderedUnseen, orderWaits, packUnknown, purchaseWaits, refusedBy } from '../sentences.ts';
import type { Transport } from '../transport.ts';
import { asking, nothingChanged, perhapsChanged } from './ask.ts';
import type { RequestKind } from './order-answers.ts';
import type { Outbox } from './outbox.ts';

export interface Ordered {
  readonly invoice: string | null;
  /** The provider's page, where it is paid: nothing is charged before that. */
  readonly checkoutUrl: string | null;
}

export interface Orders {
  /** `keepMethod`: it stays at the provider, for automatic top-ups. */
  buy(packId: string, way?: PaymentWay, keepMethod?: boolean): Promise<Result<Ordered & { credits: string; wallet: WalletView }>>;
  topUp(amount: string, way?: PaymentWay, keepMethod?: boolean): Promise<Result<Ordered>>;
  /** What the server says the change would charge, credit and grant. Nothing is changed. */
  previewPlan(request: PlanRequest): Promise<Result<PlanPreview>>;
  changePlan(request: PlanRequest, way?: PaymentWay): Promise<Result<Ordered>>;
  refund(purchaseOpId: string): Promise<Result<{ refunded: Money; creditNote: string | null }>>;
  /** Null switches it off. */
  setAutoTopUp(settings: AutoTopUpChoice | null): Promise<Problem | null>;
}

export interface OrderParts {
  readonly cache: Cache;
  readonly outbox: () => Outbox;
  readonly world: World;
  readonly transport: () => Transport | null;
  readonly accountId: () => AccountId | null;
  readonly present: () => Present | null;
  readonly walletView: () => WalletView | null;
  readonly offline: (what: string) => Problem | null;
  /** Brings the copy up to date. */
  readonly sync: () => Promise<unknown>;
}

const checkoutAnswer = z.object({ checkoutUrl: z.string().optional() });

export function createOrders(parts: OrderParts): Orders {
  const { cache, outbox, world } = parts;
  const ask = asking(parts);

  /** The same order, sent before and not answered yet. Asked for once more it is that one, not a second. */
  function waitingFor(kind: RequestKind, body: object): string | null {
    const wanted = JSON.stringify(body);
    const same = outbox()
      .waiting(parts.accountId() ?? NO_ACCOUNT)
      .find((request) => request.kind === kind && JSON.stringify(withoutId(request.body)) === wanted);
    return same?.opId ?? null;
  }

  /** Sends it and brings the copy up to date; `waits`: what to say while there is no answer. */
  async function order(
    what: string,
    kind: RequestKind,
    path: string,
    body: object,
    waits: Problem,
  ): Promise<Result<{ opId: string; body: unknown }>> {
    const before = waitingFor(kind, body);
    const offline = parts.offline(what);
    if (offline !== null) return fail(before === null ? offline : waits);
    const opId = before ?? world.ids.next();
    if (before === null) outbox().add({ opId, accountId: parts.accountId() ?? NO_ACCOUNT, kind, path, body: { opId, ...body } });
    const verdict = await outbox().send(opId);
    if (verdict.kind === 'refused') return fail(refusedBy(verdict.problem));
    if (verdict.kind !== 'accepted') return fail(waits);
    await parts.sync();
    return ok({ opId, body: verdict.body });
  }

  const orderedBy = ({ opId, body }: { opId: string; body: unknown }): Ordered => ({
    invoice: cache.invoices().find((invoice) => invoice.opId === opId)?.number ?? null,
    checkoutUrl: checkoutAnswer.safeParse(body).data?.checkoutUrl ?? null,
  });

  return {
    async buy(packId, way, keepMethod) {
      const pack = (cache.fact('packs', packFact) ?? []).find(({ id }) => id === packId);
      if (pack === undefined) return fail(parts.offline('Buying') ?? packUnknown);
      const answer = await order('Buying', 'purchase', paths.purchases, { packId, ...paidBy(way, 'buy', keepMethod) }, purchaseWaits);
      if (!answer.ok) return answer;
      const wallet = parts.walletView();
      return wallet === null ? fail(orderedUnseen) : ok({ credits: pack.credits, ...orderedBy(answer.value), wallet });
    },
    async topUp(typed, way, keepMethod) {
      const books = parts.present();
      if (books === null) return fail(notNow('Topping up'));
      const amount = amountTyped(typed, books.terms);
      if (amount === null) return fail(amountUnreadable);
      const answer = await order(
        'Topping up',
        'purchase',
        paths.purchases,
        { amount: formatAmount(amount, books.terms.unit), ...paidBy(way, 'buy', keepMethod) },
        purchaseWaits,
      );
      return answer.ok ? ok(orderedBy(answer.value)) : answer;
    },
    async previewPlan(request) {
      const answer = await ask({
        what: 'Changing the plan',
        method: 'POST',
        path: paths.subscriptionQuote,
        body: request,
        answer: subscriptionQuoteAnswer,
        unanswered: nothingChanged,
      });
      return answer.ok ? ok(previewOf(answer.value, parts.present()?.now ?? world.clock.now())) : answer;
    },
    async changePlan(request, way) {
      const answer = await order('Changing the plan', 'plan', paths.subscription, { ...request, ...paidBy(way, 'plans') }, orderWaits);
      return answer.ok ? ok(orderedBy(answer.value)) : answer;
    },
    async refund(purchaseId) {
      const answer = await order('Giving back', 'refund', paths.refunds, { purchaseId }, orderWaits);
      if (!answer.ok) return answer;
      const { refunded, creditNote } = refundAnswer.parse(answer.value.body);
      return ok({ refunded, creditNote: creditNote?.number ?? null });
    },
    async setAutoTopUp(choice) {
      const settings = choice && {
        below: choice.below.replace(',', '.'),
        ...(choice.packId === null ? {} : { packId: choice.packId }),
        ...(choice.amount === null ? {} : { amount: choice.amount.replace(',', '.') }),
        monthlyCap: { ...choice.monthlyCap, amount: choice.monthlyCap.amount.replace(',', '.') },
      };
      const body = { opId: world.ids.next(), settings };
      const what = 'Changing the automatic top-up';
      const answer = await ask({ what, method: 'PUT', path: paths.autoTopUp, body, answer: autoTopUpAnswer, unanswered: perhapsChanged });
      if (!answer.ok) return answer.error;
      await parts.sync();
      return null;
    },
  };
}

const withoutId = (body: unknown): unknown => {
  const { opId: _, ...rest } = z.looseObject({ opId: z.string() }).parse(body);
  return rest;
};

/** The way that was chosen, and the page that a provider's leads back to (GS-16); none chosen: the policy's own. */
const paidBy = (way: PaymentWay | undefined, returnTo: ReturnPage, keepMethod = false): object => {
  if (way === undefined) return {};
  return way === 'invoice' ? { provider: way } : { provider: way, returnTo, ...(keepMethod ? { keepMethod } : {}) };
};

function previewOf(quote: z.infer<typeof subscriptionQuoteAnswer>, now: number): PlanPreview {
  const { effectiveAt, charge, credit, net, carried, lines, grants, availableAfter } = quote;
  const { renewal } = quote.subscription;
  return {
    at: effectiveAt,
    atOnce: Date.parse(effectiveAt) <= now + sameMomentMs,
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
const sameMomentMs = 60_000;
