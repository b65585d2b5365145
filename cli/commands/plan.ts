/** The plan, and every change to it: what it would charge, credit and give is shown before it is asked for (GS-12 to GS-15). */
import { z } from 'zod';
import { invoice, paths, policy, subscription, subscriptionAnswer, subscriptionQuote, wallet } from '../../shared/api/index.ts';
import { agree } from '../agreeing.ts';
import { amountIn, dayOf, priceOf } from '../amounts.ts';
import { defineCommand, wholeNumber } from '../command.ts';
import { ordered, wasInterrupted } from '../orders.ts';
import { usageError } from '../outcome.ts';
import { table } from '../screen.ts';

const needsPlan: ReadonlySet<string> = new Set(['subscribe', 'change']);

/** `backlot plan`: shows the plan or changes it, after a yes. */
export const plan = defineCommand({
  name: 'plan',
  moves: true,
  declare: (command) =>
    command
      .argument('[action]', 'subscribe, change, cancel, pause or resume; without one the plan is shown')
      .argument('[plan]', 'which plan to subscribe or change to')
      .option('--interval <interval>', 'how it is billed')
      .option('--slots <n>', 'listing slots, where the plan counts them')
      .option('--dry-run', 'only show what it would charge, credit and give')
      .option('--yes', 'do it without asking'),
  input: z.object({
    action: z.enum(['subscribe', 'change', 'cancel', 'pause', 'resume']).optional(),
    plan: z.string().min(1).optional(),
    interval: z.enum(['month', 'year']).optional(),
    slots: wholeNumber(0, 1_000_000).optional(),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  output: z.object({
    unit: wallet.shape.unit,
    timeZone: wallet.shape.timeZone,
    subscription,
    plans: z.array(z.object({ id: z.string(), label: z.string() })),
    /** What a change comes to; null when nothing was asked for. */
    quote: subscriptionQuote.nullable(),
    /** Whether it was carried out. */
    changed: z.boolean(),
    invoice: invoice.nullable(),
  }),
  async run(session, { action, plan: wanted, interval, slots, dryRun, yes }) {
    const { requests } = await session.connect();
    const { accountId, unit, timeZone } = await requests.get(paths.wallet, wallet);
    const plans = (await requests.get(paths.policy, policy)).plans.map(({ id, label }) => ({ id, label }));
    if (action === undefined) {
      return {
        value: {
          unit,
          timeZone,
          plans,
          subscription: await requests.get(paths.subscription, subscription),
          quote: null,
          changed: false,
          invoice: null,
        },
      };
    }
    if (needsPlan.has(action) && wanted === undefined && interval === undefined && slots === undefined)
      throw usageError(`Name the plan: ${plans.map(({ id }) => id).join(', ')}. Nothing was charged.`);
    const request = {
      action,
      ...(wanted === undefined ? {} : { plan: wanted }),
      ...(interval === undefined ? {} : { interval }),
      ...(slots === undefined ? {} : { slots }),
    };
    const order = { order: 'subscription', ...request };
    // What was agreed to and sent before may be done: it is asked for by its number, not quoted once more.
    if (dryRun || !wasInterrupted(session, accountId, order)) {
      const quote = await requests.quote(paths.subscriptionQuote, request, subscriptionQuote);
      if (dryRun) return { value: { unit, timeZone, plans, subscription: quote.subscription, quote, changed: false, invoice: null } };
      await agree(session, `${action} now: ${priceOf(quote.net)} plus tax, from ${dayOf(quote.effectiveAt, timeZone)} on?`, yes);
    }
    const done = await ordered(session, accountId, order, (opId) =>
      requests.post(paths.subscription, { opId, ...request }, subscriptionAnswer, (body) => body.opId === opId),
    );
    return {
      value: { unit, timeZone, plans, subscription: done.subscription, quote: done.quote, changed: true, invoice: done.invoice ?? null },
    };
  },
  render({ unit, timeZone, subscription: now, plans, quote, changed, invoice: bill }, look) {
    const name = now.plan === null ? 'No plan' : now.plan.label;
    const until = now.periodEnd === null ? '' : `, paid until ${dayOf(now.periodEnd, timeZone)}`;
    const head = `${look.bold(name)} (${now.status}${until})\n`;
    const kept = now.carried && /[1-9]/.test(now.carried.amount) ? `${priceOf(now.carried)} kept for the next bills\n` : '';
    if (quote === null)
      return `${head}${now.plan === null ? '' : `${now.plan.allowance}\n`}${kept}Plans: ${plans.map(({ id }) => id).join(', ')}\n`;
    const rows = [
      ...quote.lines.map((line) => [line.text, priceOf(line.net)]),
      ['In all, without tax', priceOf(quote.net)],
      ...(now.renewal ? [[`Next bill, ${dayOf(now.renewal.at, timeZone)}`, priceOf(now.renewal.net)]] : []),
      ...quote.grants.map((grant) => [`${grant.bucket} added`, amountIn(unit, grant.amount)]),
    ];
    const what = changed ? head : `Nothing was changed. From ${dayOf(quote.effectiveAt, timeZone)} on it would be ${name}:\n`;
    return `${what}${table(rows, [1])}${bill === null ? '' : `Invoice ${bill.number} over ${priceOf(bill.total)}.\n`}`;
  },
});
