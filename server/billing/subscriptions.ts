/** Plans: what a change would mean, and the change itself with its invoice. The quote and the change ask the same decider. */
import type { z } from 'zod';
import {
  type SubscriptionQuote,
  subscriptionAnswer,
  type subscriptionQuoteRequest,
  type subscriptionRequest,
  type Subscription as WireSubscription,
} from '../../shared/api/index.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { availableOf } from '../../shared/credits/decide/draw.ts';
import { stateAt } from '../../shared/credits/decide/due.ts';
import { formatMoney } from '../../shared/credits/model/amount.ts';
import type { Actor, CommandOf, PlanCommandKind } from '../../shared/credits/model/commands.ts';
import { earliest } from '../../shared/credits/model/instants.ts';
import { NO_MONEY, negateMinor } from '../../shared/credits/model/minor.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import { nextBill } from '../../shared/credits/model/periods.ts';
import type { Policy, PolicyTerms } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, Minor, PlanId } from '../../shared/credits/model/quantities.ts';
import type { Accepted, PlanCharge, ReceiptOf } from '../../shared/credits/model/receipts.ts';
import { pinned, planRule } from '../../shared/credits/model/versions.ts';
import { rfc3339 } from '../clock.ts';
import type { Witness } from '../identity/audit.ts';
import { execute } from '../ledger/command.ts';
import { refused } from '../ledger/refusals.ts';
import { planOf } from '../ledger/wallet-view.ts';
import { amountsOf } from '../ledger/wire.ts';
import { Refusal } from '../problems.ts';
import { loadCustomer } from './customer.ts';
import { type InvoiceLine, issueInvoice, lineOf } from './invoices/invoices.ts';
import { type Language, lineText } from './invoices/texts/texts.ts';
import type { Needs } from './needs.ts';
import type { Payment } from './purchases.ts';
import { readDunning } from './renewals/dunning.ts';
import { renewThrough, unpaidOf } from './renewals/store.ts';

type Request = Omit<z.infer<typeof subscriptionRequest>, 'provider' | 'returnTo'>;
type QuoteRequest = z.infer<typeof subscriptionQuoteRequest>;
/** What a change of plan answers. `invoice` absent: no money moved, or somebody else writes it. */
export const changed = subscriptionAnswer.pick({ subscription: true, quote: true, invoice: true });
type Changed = z.infer<typeof changed>;

/** The plan as it is now, with what waits and what the next bill comes to. Throws not_found. */
export async function readSubscription(needs: Pick<Needs, 'ledger' | 'pool'>, accountId: AccountId): Promise<WireSubscription> {
  const { state } = await needs.ledger.newest(accountId);
  const policy = needs.ledger.policyOf(state);
  const now = subscriptionOf(policy, stateAt(policy, state, needs.ledger.now(state)));
  const dunning = now.plan && (await readDunning(needs, state));
  return dunning ? { ...now, plan: now.plan && { ...now.plan, dunning } } : now;
}

/** `by`: what would be refused to them is refused here (ST-08). */
export async function quoteSubscription(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  accountId: AccountId,
  request: QuoteRequest,
  by: Actor,
): Promise<SubscriptionQuote> {
  return (await priceChange(needs, accountId, request, by)).quote;
}

/** With what the change gives back of the running period, in minor units: what a checkout agrees on. */
export async function priceChange(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  accountId: AccountId,
  request: QuoteRequest,
  by: Actor,
): Promise<{ quote: SubscriptionQuote; back: Minor }> {
  const { state } = await needs.ledger.newest(accountId);
  const policy = needs.ledger.policyOf(state);
  const decision = decide(policy, state, commandOf({ ...request, opId: request.opId ?? opIdFrom('quote') }, by), needs.ledger.now(state));
  if (!decision.ok) throw refused(policy, decision.refusal, state.timeZone);
  const back = backOf(decision.receipt);
  if (back > 0n) await mustBePaid(needs, accountId, state);
  const { language } = await loadCustomer(needs.pool, accountId);
  return { quote: quoteOf(language, policy, state, decision), back };
}

function backOf({ charge }: ReceiptOf<PlanCommandKind>): Minor {
  return negateMinor(charge.lines.find(({ code }) => code === 'unused-time')?.net.minor ?? NO_MONEY);
}

/** Throws a conflict for a change that would. A replay gets the stored answer, and a refused request is refused by the ledger. */
async function mayGiveBack(needs: Pick<Needs, 'ledger' | 'pool'>, accountId: AccountId, request: Request, by: Actor): Promise<void> {
  if ((await needs.ledger.operations(accountId, [request.opId])).length > 0) return;
  const { state } = await needs.ledger.newest(accountId);
  const decision = decide(needs.ledger.policyOf(state), state, commandOf(request, by), needs.ledger.now(state));
  if (decision.ok && backOf(decision.receipt) > 0n) await mustBePaid(needs, accountId, state);
}

/** Nothing is given back of a period that is not paid: its payment may still fail, and the plan end with it. */
async function mustBePaid(needs: Pick<Needs, 'pool'>, accountId: AccountId, { subscription }: AccountState): Promise<void> {
  const unpaid = await unpaidOf(needs.pool, accountId);
  if (unpaid === null || unpaid.state === 'ended' || unpaid.periodStart !== subscription?.period.start) return;
  throw new Refusal(
    'conflict',
    'The renewal of the running plan is not paid yet. Nothing was charged and nothing changed; change the plan when it is paid.',
  );
}

/** A change that was paid for at a checkout: priced then, and only good while it still comes to the same. */
export interface PlanPayment extends Payment {
  readonly pricedAt: Instant;
  readonly net: Minor;
  /** What the checkout agreed to give back of the running period, in minor units. */
  readonly back?: Minor;
}

/** Who changes it, and how it was paid; without a payment it is billed on account. */
export interface Changing {
  readonly by: Actor;
  readonly payment?: PlanPayment;
  readonly witness?: Witness;
}

/** Changes, bills and remembers it in one transaction. */
export async function applyChange(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer' | 'onAccount'>,
  accountId: AccountId,
  request: Request,
  content: unknown,
  { by, payment, witness }: Changing,
): Promise<Changed> {
  const { opId } = request;
  if (request.action === 'change') await mayGiveBack(needs, accountId, request, by);
  const customer = payment?.customer ?? (await loadCustomer(needs.pool, accountId));
  return execute(needs.ledger, accountId, {
    opId,
    kind: 'subscription',
    stored: changed,
    content,
    witness,
    command: (policy, state, now) => {
      const command = commandOf(request, by, payment);
      if (payment) mustCome(policy, state, command, now, payment.net);
      return command;
    },
    answer: async ({ policy, decision, before, now }, client) => {
      const quote = quoteOf(customer.language, policy, before, decision);
      const lines = invoiceLines(customer.language, policy, decision.receipt.charge);
      const answer = { subscription: quote.subscription, quote };
      // Staff's change is staff's word.
      if (!payment && by !== 'staff' && lines.length > 0)
        await needs.onAccount.admit(client, policy, { customer, lines, timeZone: before.timeZone, now });
      await payment?.wrote?.(client);
      // Whoever begins on account is billed on account.
      if (!payment && request.action === 'subscribe') await renewThrough(client, accountId, null);
      if (lines.length === 0 || payment?.invoiced === false) return answer;
      const { invoice } = await issueInvoice(client, needs.issuer, {
        kind: 'invoice',
        opId,
        issuedAt: now,
        description: lines[0]?.text ?? policy.label,
        customer,
        currency: quote.net.currency,
        lines,
        state: payment ? 'paid' : 'open',
        credits: null,
      });
      return { ...answer, invoice };
    },
  });
}

/** Throws a conflict when the change costs something else by now than what was paid for it. */
function mustCome(policy: Policy, state: AccountState, command: CommandOf<PlanCommandKind>, now: Instant, net: Minor): void {
  const decision = decide(policy, state, command, now);
  if (decision.ok && decision.receipt.charge.net.minor !== net) throw new Refusal('conflict', 'The plan changed since this was priced.');
}

function commandOf({ opId, action, plan, interval, slots }: Request, by: Actor, payment?: PlanPayment): CommandOf<PlanCommandKind> {
  const change = {
    by,
    ...(interval === undefined ? {} : { interval }),
    ...(slots === undefined ? {} : { slots }),
    ...(payment === undefined ? {} : { pricedAt: payment.pricedAt }),
  };
  switch (action) {
    case 'subscribe':
      if (plan === undefined) throw new Refusal('unknown_plan', 'Name the plan to subscribe to. Nothing was charged.');
      return { kind: 'subscribe', opId, plan, ...change };
    case 'change':
      return { kind: 'change-plan', opId, ...change, agreed: payment?.back, ...(plan === undefined ? {} : { plan }) };
    case 'cancel':
      return { kind: 'cancel-plan', opId, by };
    case 'pause':
      return { kind: 'pause-plan', opId, by };
    case 'resume':
      return { kind: 'resume-plan', opId, by };
  }
}

function quoteOf(
  language: Language,
  policy: Policy,
  before: AccountState,
  { receipt, entries, state }: Accepted<PlanCommandKind>,
): SubscriptionQuote {
  const terms = pinned(policy, state);
  const amounts = amountsOf(terms);
  const { charge } = receipt;
  const money = (minor: Minor) => formatMoney({ minor, currency: charge.net.currency || terms.currency });
  return {
    effectiveAt: rfc3339(charge.effectiveAt),
    charge: money(charge.charge.minor),
    credit: money(charge.credit.minor),
    net: money(charge.net.minor),
    carried: money(charge.carried.minor),
    grants: entries.flatMap((entry) =>
      entry.kind === 'granted' && entry.at >= before.lastAt
        ? [
            {
              bucket: entry.bucket,
              amount: amounts.format(entry.amount),
              expiresAt: entry.expiresAt === null ? null : rfc3339(entry.expiresAt),
            },
          ]
        : [],
    ),
    lines: charge.lines.map(({ code, plan, net }) => ({ text: textOf(language, terms, code, plan), net: money(net.minor) })),
    availableAfter: amounts.format(availableOf(state, state.lastAt)),
    subscription: subscriptionOf(policy, state),
  };
}

/** Lines that add up to what is to be paid; none when no money moves. */
function invoiceLines(language: Language, policy: Policy, charge: PlanCharge): InvoiceLine[] {
  if (charge.charge.minor === 0n && charge.credit.minor === 0n) return [];
  const lines = charge.lines.map(({ code, plan, net }) => lineOf(textOf(language, policy, code, plan), net.minor));
  return charge.carried.minor === 0n ? lines : [...lines, lineOf(lineText(language, { kind: 'carried' }), charge.carried.minor)];
}

function textOf(language: Language, policy: Pick<Policy, 'plans' | 'id'>, code: PlanCharge['lines'][number]['code'], id: PlanId): string {
  const plan = policy.plans?.list.find((p) => p.id === id)?.label ?? id;
  if (code === 'carried') return lineText(language, { kind: 'earlier-credit' });
  return lineText(language, { kind: code === 'new-plan' ? 'plan' : 'unused-time', plan });
}

function subscriptionOf(policy: Policy, state: AccountState): WireSubscription {
  const terms = pinned(policy, state);
  const { subscription } = state;
  const rule = planRule(terms, subscription?.plan ?? null);
  const carried = formatMoney({ minor: state.carried, currency: terms.currency });
  if (!subscription || !rule)
    return {
      plan: null,
      status: 'none',
      interval: null,
      cycleStart: null,
      cycleEnd: null,
      periodEnd: null,
      next: null,
      carried,
      renewal: null,
    };
  const { status, interval, cycle, period, next, slots } = subscription;
  return {
    plan: planOf(terms, {
      id: rule.id,
      label: rule.label,
      slots,
      interval,
      status,
      allowance: rule.allowance,
      renewsAt: status === 'active' ? earliest(cycle.end, period.end) : null,
    }),
    status,
    interval,
    cycleStart: rfc3339(cycle.start),
    cycleEnd: rfc3339(cycle.end),
    periodEnd: rfc3339(period.end),
    next: next && { plan: next.plan, interval: next.interval, slots: next.slots },
    carried,
    renewal: renewalOf(terms, state),
  };
}

function renewalOf(terms: PolicyTerms, state: AccountState): WireSubscription['renewal'] {
  const bill = nextBill(terms, state);
  if (bill === null) return null;
  const { at: when, plan, interval, slots, price, carried, net } = bill;
  return {
    at: rfc3339(when),
    plan,
    interval,
    slots,
    price: formatMoney(price),
    carried: formatMoney({ ...price, minor: carried }),
    net: formatMoney(net),
  };
}
