import { describe, expect, it } from 'vitest';
import { type Policy, view } from '../../../shared/credits/index.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { backgroundStudio, validatePolicy } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account, on } from '../credits/account.ts';

const first = backgroundStudio({ launchAt: on('2030-01-01') });
/** Two credits a photo from version 2 on. */
const dearer = (appliesFrom?: Instant): Policy => {
  const { apply } = first.operations;
  if (apply === undefined) throw new Error('apply');
  const second: Policy = {
    ...first,
    version: 2,
    operations: { ...first.operations, apply: { ...apply, price: { kind: 'flat', amount: units(2n) } } },
    previous: first,
  };
  return appliesFrom === undefined ? second : { ...second, appliesFrom };
};
const plan = { plan: 'professional-plus', slots: 1 } as const;

/** The account of version 1, now read under the newest. */
const reread = (account: Account, policy: Policy): Account => {
  const moved = new Account(policy, account.now, plan);
  moved.state = account.state;
  return moved;
};

describe('an account is pinned to its version', () => {
  it('a version without an instant is for new accounts', () => {
    const old = reread(new Account(first, '2026-11-05', plan), dearer());
    expect(old.quote().total).toBe(1n);
    expect(old.wallet('2036-11-05').policy.version).toBe(1);
    expect(new Account(dearer(), '2026-11-05', plan).quote().total).toBe(2n);
  });
  it('a version with an instant takes the others over then, and not before', () => {
    const account = reread(new Account(first, '2026-11-05', plan), dearer(on('2026-11-20')));
    expect(account.at('2026-11-19T23:59:59Z').quote().total).toBe(1n);
    expect(account.at('2026-11-20').quote().total).toBe(2n);
    account.apply();
    expect(account.entriesOf('policy-changed')).toMatchObject([{ at: on('2026-11-20'), policy: { id: 'background-studio', version: 2 } }]);
    expect(account.available).toBe(8n);
  });
  it('a hold of before is settled for what was held', () => {
    const old = new Account(first, '2026-11-19T23:00:00Z', plan);
    const [holdId = ''] = old.hold();
    const account = reread(old, dearer(on('2026-11-20'))).at('2026-11-20');
    expect(account.do({ kind: 'settle', holdId })).toMatchObject({ charged: 1n });
  });
  it('versions are taken one after the other, each at its own instant', () => {
    const third: Policy = { ...dearer(on('2026-11-20')), version: 3, previous: dearer(on('2026-11-20')), appliesFrom: on('2026-12-20') };
    const account = reread(new Account(first, '2026-11-05', plan), third).at('2027-01-05');
    const versions = account.sweep().flatMap((entry) => (entry.kind === 'policy-changed' ? [[entry.at, entry.policy.version]] : []));
    expect(versions).toEqual([
      [on('2026-11-20'), 2],
      [on('2026-12-20'), 3],
    ]);
    expect(validatePolicy(third).ok).toBe(true);
  });
  it('an account of an unknown version is read by the newest', () => {
    const account = new Account({ ...first, version: 9 }, '2026-11-05', plan);
    expect(view(first, account.state, account.now).available).toBe(10n);
  });
});
