/** What can be bought, at which price, and for how long it lasts. */
import { z } from 'zod';
import { pack, paths, wallet } from '../../shared/api/index.ts';
import { amountIn, dayOf, priceOf } from '../amounts.ts';
import { defineCommand } from '../command.ts';
import { table } from '../screen.ts';

/** `backlot packs`: what is sold in packs. */
export const packs = defineCommand({
  name: 'packs',
  declare: (command) => command,
  input: z.object({}),
  output: z.object({ unit: wallet.shape.unit, timeZone: wallet.shape.timeZone, packs: z.array(pack) }),
  async run(session) {
    const { requests } = await session.connect();
    const [{ unit, timeZone }, list] = [await requests.get(paths.wallet, wallet), await requests.get(paths.packs, z.array(pack))];
    return { value: { unit, timeZone, packs: list } };
  },
  render({ unit, timeZone, packs: list }) {
    if (list.length === 0) return 'Nothing is sold in packs here. "backlot buy --amount 20" buys by amount where the policy allows it.\n';
    const rows = list.map((each) => [
      each.id,
      amountIn(unit, each.credits),
      priceOf(each.price),
      each.discountPercent > 0 ? `${each.discountPercent}% less per credit` : '',
      each.validUntil === null ? 'does not expire' : `valid until ${dayOf(each.validUntil, timeZone)}`,
    ]);
    return table(rows, [1, 2]);
  },
});
