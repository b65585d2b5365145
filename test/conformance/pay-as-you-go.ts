/** What the tests of pay as you go share: their customers, and euros of four places. */
import { expect } from 'vitest';
import { type Account, applying, available, buy, minor, onAccount, type RunningServer, spend } from './world.ts';

/** On the day that most of them begin. */
export const BEGIN = '2026-03-31T12:00:00Z';

/** Ten-thousandths of a euro, to compare. */
export const units = (text: string): number => minor(text, 4);

export const customer = (server: RunningServer): Promise<Account> => server.account({ country: 'DE', ...onAccount });

/** A new account with its trial credit and one top-up. */
export async function toppedUp(server: RunningServer, amount = '5.00'): Promise<Account> {
  await server.clock(BEGIN);
  const account = await customer(server);
  await buy(account, { amount });
  return account;
}

/** A new account whose trial credit was spent down to this many euros: a multiple of 0.05. */
export async function withBalance(server: RunningServer, euros: number): Promise<Account> {
  await server.clock(BEGIN);
  const account = await customer(server);
  const photos = Math.round((0.5 - euros) / 0.05);
  if (photos > 0) await spend(account, Array(photos).fill(applying()));
  expect(Number(await available(account))).toBeCloseTo(euros, 4);
  return account;
}

export const lite = (resolution = '1K') => ({ kind: 'generation', model: 'backdrop-lite', resolution });
export const pro = (resolution = '1K') => ({ kind: 'generation', model: 'backdrop-pro', resolution });
