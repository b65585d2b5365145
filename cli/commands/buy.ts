/** Packs (ST-12), or amounts where the policy sells by amount (PG-02). Billed by invoice, or paid on the provider's own page. */

import { z } from 'zod';
import { pack, paths, purchaseAnswer, wallet } from '../../shared/api/index.ts';
import { PAYMENT_WAYS } from '../../shared/payment-ways.ts';
import { agree } from '../agreeing.ts';
import { amountIn, priceOf } from '../amounts.ts';
import { defineCommand } from '../command.ts';
import { ordered } from '../orders.ts';
import { CommandFailed, failure, usageError } from '../outcome.ts';

/** `backlot buy`: orders a pack or an amount, after a yes. */
export const buy = defineCommand({
  name: 'buy',
  moves: true,
  declare: (command) =>
    command
      .argument('[pack]', 'a pack of "backlot packs"')
      .option('--amount <amount>', 'how much, where the policy sells by amount: 20 or 20.00')
      .option(
        '--provider <provider>',
        'as your plan is sold unless you say otherwise: a provider on its own page in your browser, or by invoice where staff allows that',
      )
      .option('--yes', 'order without asking'),
  input: z.object({
    pack: z.string().optional(),
    amount: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,4})?$/, 'An amount of money, like 20 or 20.00.')
      .optional(),
    provider: z.enum(PAYMENT_WAYS).optional(),
    yes: z.boolean().default(false),
  }),
  output: purchaseAnswer.omit({ grant: true }).extend({
    unit: wallet.shape.unit,
    /** Null: the order was carried out, and the balance afterwards could not be read. */
    available: z.string().nullable(),
  }),
  async run(session, { pack: packId, amount, provider, yes }) {
    if ((packId === undefined) === (amount === undefined)) throw usageError('Name either a pack or an --amount. Nothing was charged.');
    const { requests } = await session.connect();
    const { accountId, unit } = await requests.get(paths.wallet, wallet);
    const wanted = { ...(packId === undefined ? { amount } : { packId }), ...(provider === undefined ? {} : { provider }) };
    await agree(session, await questionFor(), yes);
    const { purchase, invoice, checkout, checkoutUrl } = await ordered(session, accountId, { order: 'purchase', ...wanted }, (opId) =>
      requests.post(
        paths.purchases,
        { opId, ...wanted },
        purchaseAnswer,
        (body) => body.purchase.opId === opId || body.checkout?.opId === opId,
      ),
    );
    const available = await requests.get(paths.wallet, wallet).then((now) => now.available, unread);
    const bill = { ...(invoice === undefined ? {} : { invoice }), ...(checkout === undefined ? {} : { checkout }) };
    return { value: { unit, available, purchase, ...bill, ...(checkoutUrl === undefined ? {} : { checkoutUrl }) } };

    async function questionFor(): Promise<string> {
      if (amount !== undefined) return `Top up by ${amountIn(unit, amount)}, plus tax?`;
      const offered = (await requests.get(paths.packs, z.array(pack))).find(({ id }) => id === packId);
      if (offered === undefined)
        throw failure('unknown_pack', `There is no pack "${packId}". Nothing was charged. "backlot packs" lists what there is.`);
      return `Buy ${amountIn(unit, offered.credits)} for ${priceOf(offered.price)}, plus tax?`;
    }
  },
  render({ unit, available, purchase, invoice, checkout, checkoutUrl }, look) {
    if (purchase.status === 'awaiting-payment') {
      const where = checkoutUrl === undefined ? '' : `\nPay here: ${checkoutUrl}`;
      return `${checkout?.message ?? 'Nothing is charged before it is paid.'}${where}\n`;
    }
    const bill = invoice === undefined ? '' : ` Invoice ${invoice.number} over ${priceOf(invoice.total)}.`;
    return `${look.bold(`Bought ${amountIn(unit, purchase.credits)} for ${priceOf(purchase.paid)}.`)}${bill} ${available === null ? 'The balance could not be read; "backlot balance" tells it.' : `${amountIn(unit, available)} available.`}\n`;
  },
});

/** What was bought is bought, whatever becomes of looking at the balance. */
function unread(error: unknown): null {
  if (error instanceof CommandFailed) return null;
  throw error;
}
