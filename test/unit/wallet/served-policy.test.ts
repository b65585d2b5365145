import fc from 'fast-check';
import { expect, it } from 'vitest';
import { policyFrom } from '../../../electron/wallet/copy/policy.ts';
import type { Policy } from '../../../shared/credits/index.ts';
import { encodePolicy, policyIds, policyNamed } from '../../../shared/policies/index.ts';
import { instant } from '../../quantities.ts';

/** As `GET /v1/policy` says it. */
const served = (policy: Policy): Record<string, unknown> => JSON.parse(JSON.stringify(encodePolicy(policy)));

/** A declared policy, as it is or under its next versions, each of which may take the accounts of the one before over. */
const policies: fc.Arbitrary<Policy> = fc
  .record({
    id: fc.constantFrom(...policyIds),
    launchAt: fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instant),
    resetDay: fc.integer({ min: 1, max: 28 }),
    later: fc.array(fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instant), { nil: null }), { maxLength: 3 }),
  })
  .map(({ id, launchAt, resetDay, later }) => {
    let policy = policyNamed(id, { launchAt, resetDay });
    if (policy === null) throw new Error(id);
    for (const appliesFrom of later) {
      const next: Policy = { ...policy, version: policy.version + 1, label: `${policy.label}, newer`, previous: policy };
      policy = appliesFrom === null ? next : { ...next, appliesFrom };
    }
    return policy;
  });

it('the client reads every policy and version as the server has it, to the last member', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      expect(policyFrom({ id: policy.id, declaration: served(policy) })).toStrictEqual(policy);
    }),
  );
});

/** Members whose own members are named by the policy: a name more is another operation or price there, and no unknown member. */
const NAMED_BY_THE_POLICY: ReadonlySet<string> = new Set(['operations', 'table', 'byPlan', 'lowBalanceByPlan', 'soldWith']);

/** Every object of a declaration that has a form of its own. */
function formed(value: unknown, name = ''): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, member]) => formed(member, Array.isArray(value) ? name : key));
  return Array.isArray(value) || NAMED_BY_THE_POLICY.has(name) ? inside : [value, ...inside];
}

it('what a newer server declares besides is left out, wherever it stands, and the rest is read as it is', () => {
  fc.assert(
    fc.property(policies, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (policy, places) => {
      const declaration = served(policy);
      const objects = formed(declaration);
      for (const place of places) Object.assign(objects[place % objects.length] ?? {}, { newer: { anything: [1, 'x'] } });
      expect(policyFrom({ id: policy.id, declaration })).toStrictEqual(policy);
    }),
  );
});

it('what is known and wrong is not guessed at: the declaration of this version stands in', () => {
  const policy = policyNamed('generative-suite');
  if (policy === null) throw new Error('generative-suite');
  const declaration = { ...served(policy), graceMs: 'long', newer: true };
  expect(policyFrom({ id: policy.id, declaration })).toStrictEqual(policy);
  expect(policyFrom({ id: 'unheard-of', declaration })).toBeNull();
});
