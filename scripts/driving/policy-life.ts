/** Five weeks in the life of an account under each policy, lived on the server's test clock, so that the pages have something to show. */
import { randomUUID } from 'node:crypto';
import { policyIds } from '../../shared/policies/index.ts';
import type { Account, AccountWish, CompanyServer } from '../../test/e2e/company-server.ts';

type Work = Readonly<Record<string, unknown>> & { readonly kind: string };
interface Job {
  readonly work: Work;
  readonly times: number;
  /** What it really cost, where that is known only afterwards. */
  readonly actual?: string;
}
interface Life {
  readonly wish: AccountWish;
  /** What is bought on the first day, and again today. */
  readonly buys?: Readonly<Record<string, string>>;
  /** Under way when the pictures are taken: held, and not charged yet. */
  readonly underWay?: Work;
  /** In turn, day by day. */
  readonly days: readonly (readonly Job[])[];
}

const apply = (times: number): Job => ({
  work: { kind: 'apply', photo: 'IMG_0412', recipe: { background: 'showroom', logo: null } },
  times,
});
const tool = (name: string, times: number, actual?: string, more: object = {}): Job => ({
  work: { kind: 'tool', tool: name, ...more },
  times,
  ...(actual === undefined ? {} : { actual }),
});
const draw = (model: string, resolution: string, times: number, actual?: string): Job => ({
  work: { kind: 'generation', model, resolution },
  times,
  ...(actual === undefined ? {} : { actual }),
});

const lives: Readonly<Record<string, Life>> = {
  'background-studio': {
    wish: { plan: 'professional-plus', slots: 12 },
    buys: { packId: 'pack-100' },
    days: [[apply(9)], [], [apply(14)], [apply(4)], [], [apply(11)]],
  },
  'pay-as-you-go': {
    wish: {},
    buys: { amount: '25.00' },
    underWay: { kind: 'generation', model: 'backdrop-pro', resolution: '8K' },
    days: [
      [apply(6), draw('backdrop-lite', '1K', 4, '0.0071')],
      [draw('backdrop-pro', '2K', 5, '0.0613')],
      [],
      [apply(12), draw('backdrop-lite', '4K', 3, '0.0442')],
      [draw('backdrop-pro', '4K', 2, '0.1877')],
    ],
  },
  'generative-suite': {
    wish: { plan: 'max' },
    underWay: { kind: 'tool', tool: 'video', durationSeconds: 10 },
    buys: { packId: 'pack-100' },
    days: [
      [tool('portrait', 4, '2')],
      [tool('video', 1, '13', { durationSeconds: 10 }), draw('backdrop-pro', '2K', 3, '5')],
      [apply(8)],
      [],
      [tool('image', 6, '2', { resolution: '2K' })],
    ],
  },
  'creative-suite': {
    wish: { plan: 'plus' },
    buys: { packId: 'add-on-100' },
    days: [[tool('remove-background', 6), tool('enhance', 2)], [tool('expand', 3)], [apply(5)], [], [tool('video', 1), tool('avatar', 1)]],
  },
  'artificial-studio': {
    wish: { plan: 'starter' },
    buys: { packId: 'pack-500' },
    days: [
      [tool('upscale', 4), tool('remove-background', 5)],
      [],
      [draw('backdrop-pro', '2K', 2)],
      [tool('image', 3), apply(4)],
      [tool('music', 1)],
    ],
  },
};

const dayMs = 86_400_000;
/** By invoice, which staff allows each of them: with providers at hand nothing is sold on account by itself. */
const onAccount = { limit: '500.00' };
/** Longer than a cycle, so that there are renewals and what rolled over. */
const length = 34;

/** An account for each policy, five weeks old today. */
export async function livePolicies(server: CompanyServer): Promise<ReadonlyMap<string, Account>> {
  const today = Date.now();
  const accounts = new Map<string, Account>();
  await server.setClock(today - length * dayMs);
  for (const policy of policyIds) {
    const life = lives[policy];
    if (life === undefined) throw new Error(`There is no life for ${policy}.`);
    const account = await server.openAccount({ policy, onAccount, ...life.wish });
    if (life.buys !== undefined) await buy(server, account, life.buys);
    accounts.set(policy, account);
  }
  for (let day = 0; day <= length; day += 1) {
    await server.setClock(today - (length - day) * dayMs);
    for (const [policy, account] of accounts) {
      const days = lives[policy]?.days ?? [];
      for (const job of days[day % days.length] ?? []) await work(server, account, job, day);
    }
  }
  for (const [policy, account] of accounts) {
    const { buys, underWay: work } = lives[policy] ?? {};
    if (buys !== undefined) await buy(server, account, buys);
    if (work !== undefined) await server.as(account, 'POST', '/v1/operations', { operations: [{ opId: randomUUID(), ...work }] });
  }
  return accounts;
}

const buy = (server: CompanyServer, account: Account, what: NonNullable<Life['buys']>): Promise<unknown> =>
  server.as(account, 'POST', '/v1/purchases', { opId: randomUUID(), provider: 'invoice', ...what });

/** Every third day one operation fails and costs nothing. What the wallet does not pay for is not done. */
async function work(server: CompanyServer, account: Account, { work: wanted, times, actual }: Job, day: number): Promise<void> {
  const operations = Array.from({ length: times }, () => ({ opId: randomUUID(), ...wanted }));
  const { available } = (await server.as(account, 'GET', '/v1/wallet')) as { available: string };
  const { total } = (await server.as(account, 'POST', '/v1/quotes', { operations: operations.map(({ opId: _, ...one }) => one) })) as {
    total: string;
  };
  if (Number(total) * 1.2 > Number(available)) return;
  await server.as(account, 'POST', '/v1/operations', { operations });
  for (const [index, { opId }] of operations.entries()) {
    if (index === 1 && day % 3 === 0) await server.as(account, 'POST', `/v1/operations/${opId}/release`, { reason: 'failed' });
    else await server.as(account, 'POST', `/v1/operations/${opId}/settle`, actual === undefined ? {} : { actual });
  }
}
