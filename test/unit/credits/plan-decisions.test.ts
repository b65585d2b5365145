/** GS-14, GS-15, AS-10: a plan's decisions are independent. Each pair of them, in both orders, and what is then the case. */
import { describe, expect, it, test } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { artificialStudio, backgroundStudio, generativeSuite } from '../../../shared/policies/index.ts';
import { opNamed } from '../../quantities.ts';
import { Account, on } from './account.ts';

const suite = generativeSuite();
type Act = 'cancel' | 'pause' | 'resume' | 'down' | 'up' | 'year' | 'stay';

const command = (act: Act, opId: string): Command => {
  switch (act) {
    case 'cancel':
      return { kind: 'cancel-plan', opId: opNamed(opId) };
    case 'pause':
      return { kind: 'pause-plan', opId: opNamed(opId) };
    case 'resume':
      return { kind: 'resume-plan', opId: opNamed(opId) };
    case 'down':
      return { kind: 'change-plan', opId: opNamed(opId), plan: 'plus' };
    case 'up':
      return { kind: 'change-plan', opId: opNamed(opId), plan: 'team' };
    case 'year':
      return { kind: 'change-plan', opId: opNamed(opId), interval: 'year' };
    case 'stay':
      return { kind: 'change-plan', opId: opNamed(opId), plan: 'generative' };
  }
};

/** "plan/interval status, then plan/interval"; "refused" for a step that the engine refuses. */
function outcome(acts: readonly Act[]): string {
  const account = new Account(suite, '2026-03-01', { plan: 'generative' });
  const refused = acts.map((act, at) => account.try(command(act, `${at}`)).ok).includes(false);
  const { plan, interval, status, next } = account.state.subscription ?? { plan: '', interval: '', status: '', next: null };
  return `${plan}/${interval} ${status}${next === null ? '' : `, then ${next.plan}/${next.interval}`}${refused ? ' (one refused)' : ''}`;
}

test.each<[Act, Act, string, string]>([
  // first      second    in this order                                          the other way round
  ['cancel', 'down', 'generative/month cancelling, then plus/month', 'generative/month cancelling, then plus/month'],
  ['cancel', 'up', 'team/month cancelling', 'team/month cancelling'],
  ['cancel', 'year', 'generative/year cancelling', 'generative/year cancelling'],
  ['cancel', 'pause', 'generative/month pausing', 'generative/month cancelling'],
  ['cancel', 'resume', 'generative/month active', 'generative/month cancelling (one refused)'],
  ['cancel', 'stay', 'generative/month cancelling (one refused)', 'generative/month cancelling (one refused)'],
  ['pause', 'down', 'generative/month pausing, then plus/month', 'generative/month pausing, then plus/month'],
  ['pause', 'up', 'team/month pausing', 'team/month pausing'],
  ['pause', 'year', 'generative/year pausing', 'generative/year pausing'],
  ['pause', 'resume', 'generative/month active', 'generative/month pausing (one refused)'],
  ['pause', 'stay', 'generative/month pausing (one refused)', 'generative/month pausing (one refused)'],
  ['down', 'up', 'team/month active', 'team/month active, then plus/month'],
  ['down', 'year', 'generative/year active, then plus/year', 'generative/year active, then plus/year'],
  ['down', 'stay', 'generative/month active', 'generative/month active, then plus/month (one refused)'],
  ['down', 'resume', 'generative/month active, then plus/month (one refused)', 'generative/month active, then plus/month (one refused)'],
  ['up', 'year', 'team/year active', 'team/year active'],
])('GS-14, GS-15: %s and %s', (first, second, inOrder, turned) => {
  expect([outcome([first, second]), outcome([second, first])]).toEqual([inOrder, turned]);
}); // prettier-ignore

describe('what was planned comes back with the plan', () => {
  it('resumed before the end: the smaller plan is billed, not the old one', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'team' });
    for (const act of ['down', 'cancel', 'resume'] as const) account.do(command(act, act));
    const renewed = account
      .at('2026-03-31')
      .sweep()
      .find(({ kind }) => kind === 'renewed');
    expect(renewed).toMatchObject({ charge: { minor: 1200n }, subscription: { plan: 'plus', next: null } });
  });
  it.each(['cancel', 'pause'] as const)('resumed after the end of a plan that %sled: it begins anew as planned', (stop) => {
    const account = new Account(suite, '2026-03-01', { plan: 'team' });
    for (const act of ['down', stop] as const) account.do(command(act, act));
    expect(account.at('2026-05-01').do({ kind: 'resume-plan', opId: 'r' })).toMatchObject({ subscription: { plan: 'plus', next: null } });
  });
  it('cancelled and changed, it ends as before and bills nothing more', () => {
    const account = new Account(suite, '2026-03-01', { plan: 'max' });
    for (const act of ['cancel', 'up'] as const) account.do(command(act, act));
    account.at('2026-06-01').sweep();
    expect([account.wallet().plan?.status, account.entriesOf('renewed')]).toEqual(['ended', []]);
  });
});

describe('a paused plan', () => {
  const paused = () => {
    const account = new Account(suite, '2026-03-01', { plan: 'max' });
    account.do({ kind: 'pause-plan', opId: 'p' });
    return account.at('2026-05-01');
  };
  it('can be changed for when it goes on', () => {
    const account = paused();
    account.do({ kind: 'change-plan', opId: 'c', plan: 'team' });
    expect([account.available, account.wallet().plan?.status]).toEqual([0n, 'paused']);
    expect(account.do({ kind: 'resume-plan', opId: 'r' })).toMatchObject({
      subscription: { plan: 'team' },
      charge: { net: { minor: 44_900n } },
    });
  });
  it('can be ended', () => {
    const account = paused();
    account.do({ kind: 'cancel-plan', opId: 'c' });
    expect(account.wallet().plan?.status).toBe('ended');
    expect(account.refusal({ kind: 'cancel-plan', opId: 'c2' }).code).toBe('not_found');
  });
});

describe('ST-08: planned plan and planned slots are two decisions', () => {
  const contract = () => new Account(backgroundStudio({ launchAt: on('2030-01-01') }), '2026-11-05', { plan: 'premium', slots: 50 });
  const change = (account: Account, opId: string, to: object) => account.do({ kind: 'change-plan', opId, by: 'staff', ...to });
  it.each([[[{ plan: 'professional' }, { slots: 20 }]], [[{ slots: 20 }, { plan: 'professional' }]]])('%j: both are kept', (steps) => {
    const account = contract();
    for (const [at, to] of steps.entries()) change(account, `${at}`, to);
    expect(account.wallet().plan).toMatchObject({ id: 'premium', slots: 50, next: { plan: 'professional', slots: 20 } });
    expect(account.wallet('2026-12-01').plan).toMatchObject({ id: 'professional', slots: 20, next: null });
  });
  it('more slots at once leave a planned plan as it is', () => {
    const account = contract();
    change(account, '1', { plan: 'professional' });
    change(account, '2', { slots: 60 });
    expect(account.wallet().plan).toMatchObject({ slots: 60, next: { plan: 'professional', slots: 60 } });
  });
  it('the plan in force, named, takes the planned one back and leaves planned slots', () => {
    const account = contract();
    change(account, '1', { plan: 'professional', slots: 20 });
    change(account, '2', { plan: 'premium' });
    expect(account.wallet().plan).toMatchObject({ next: { plan: 'premium', slots: 20 } });
  });
});

it('AS-10: a yearly plan cancelled after a change to monthly was taken in between keeps both decisions', () => {
  const account = new Account(artificialStudio(), '2026-03-01', { plan: 'pro', interval: 'year' });
  account.do({ kind: 'cancel-plan', opId: 'c' });
  account.do({ kind: 'change-plan', opId: 'm', interval: 'month' });
  expect(account.wallet().plan).toMatchObject({ status: 'cancelling', interval: 'month', periodEnd: on('2026-04-01') });
});
