/** PG-05: the balance at any time. */
import { z } from 'zod';
import { paths, wallet } from '../../shared/api/index.ts';
import { amountIn } from '../amounts.ts';
import { defineCommand } from '../command.ts';

/** `backlot balance`: what is available and held, by bucket. */
export const balance = defineCommand({
  name: 'balance',
  declare: (command) => command,
  input: z.object({}),
  output: wallet.pick({ accountId: true, unit: true, asOf: true, available: true, held: true, balance_eur: true }).extend({
    policy: z.string(),
    plan: z.string().nullable(),
    buckets: z.array(z.object({ bucket: z.string(), label: z.string(), available: z.string() })),
  }),
  async run(session) {
    const { requests } = await session.connect();
    const { policy, plan, buckets, ...seen } = await requests.get(paths.wallet, wallet);
    const parts = buckets.map(({ bucket, label, available }) => ({ bucket, label, available }));
    return { value: { ...seen, policy: policy.id, plan: plan?.id ?? null, buckets: parts } };
  },
  render({ unit, available, held, buckets }, look) {
    const parts = buckets.filter((bucket) => /[1-9]/.test(bucket.available)).map((bucket) => `${bucket.label} ${bucket.available}`);
    const waits = /[1-9]/.test(held) ? ` · ${amountIn(unit, held)} held` : '';
    const detail = parts.length > 1 ? look.dim(` (${parts.join(' · ')})`) : '';
    return `${look.bold(amountIn(unit, available))}${waits}${detail}\n`;
  },
});
