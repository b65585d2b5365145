/** Every bucket in draw order, its grants, what expires when. */
import { z } from 'zod';
import { paths, wallet as walletAnswer } from '../../shared/api/index.ts';
import { amountIn, dayOf } from '../amounts.ts';
import { defineCommand } from '../command.ts';
import { table } from '../screen.ts';

/** `backlot wallet`: every bucket, the plan and the alerts. */
export const wallet = defineCommand({
  name: 'wallet',
  declare: (command) => command,
  input: z.object({}),
  output: walletAnswer,
  async run(session) {
    const { requests } = await session.connect();
    return { value: await requests.get(paths.wallet, walletAnswer) };
  },
  render({ unit, timeZone, available, held, buckets, plan, alerts, policy }, look) {
    const head = `${look.bold(amountIn(unit, available))} available · ${amountIn(unit, held)} held · ${policy.label}\n`;
    const rows = buckets.map((bucket) => [
      bucket.label,
      amountIn(unit, bucket.available),
      bucket.nextExpiry === null || bucket.nextExpiryAmount === null
        ? 'does not expire'
        : `${amountIn(unit, bucket.nextExpiryAmount)} until ${dayOf(bucket.nextExpiry, timeZone)}`,
    ]);
    const plans =
      plan === null
        ? ''
        : `${plan.label}: ${plan.allowance}${plan.renewsAt === null ? '' : `, next on ${dayOf(plan.renewsAt, timeZone)}`}\n`;
    return `${head}${table(rows, [1])}${plans}${alerts.map(({ message }) => `${look.warn(message)}\n`).join('')}`;
  },
});
