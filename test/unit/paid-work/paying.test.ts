/** The one rule by which made work is paid for: what each answer of the server leads to, and that an id is on disk before it is sent. */
import { describe, expect, test } from 'vitest';
import { type Held, type Payer, pauseBeforeHoldMs, payFor, type Settled } from '../../../electron/paid-work/paying.ts';
import { opNamed } from '../../quantities.ts';

const short = { code: 'insufficient_credit', message: 'Not enough credit.' };
const closed = { code: 'account_closed', message: 'This account is closed.' };

/** Answers in their order; everything that is done is written down. */
function payer(answers: { settle?: (Settled | null)[]; hold?: (Held | null)[]; goesOn?: boolean }): Payer & { readonly done: string[] } {
  const done: string[] = [];
  const [settle, hold] = [[...(answers.settle ?? [])], [...(answers.hold ?? [])]];
  let id = 0;
  return {
    done,
    newId() {
      id += 1;
      return opNamed(`new ${id}`);
    },
    keep: (opId) => void done.push(`keep ${opId}`),
    async settle(opId) {
      done.push(`settle ${opId}`);
      return settle.shift() ?? null;
    },
    async hold(opId) {
      done.push(`hold ${opId}`);
      return hold.shift() ?? null;
    },
    async pause() {
      done.push('pause');
      return answers.goesOn ?? true;
    },
  };
}
const gone: Settled = { kind: 'gone' };
const paid: Settled = { kind: 'settled', charged: '1' };
const held: Held = { kind: 'held' };

describe('a made file', () => {
  test('whose hold is there is settled, once', async () => {
    const by = payer({ settle: [paid] });
    expect(await payFor(by, opNamed('op'), true)).toEqual({ kind: 'paid', opId: opNamed('op'), charged: '1' });
    expect(by.done).toEqual(['settle op']);
  });

  test('whose hold went back is held and settled under a new id, which is kept before it is sent', async () => {
    const by = payer({ settle: [gone, gone, paid], hold: [held, held] });
    expect(await payFor(by, opNamed('op'), true)).toEqual({ kind: 'paid', opId: opNamed('new 2'), charged: '1' });
    expect(by.done).toEqual(['settle op', 'keep new 1', 'hold new 1', 'settle new 1', 'keep new 2', 'hold new 2', 'settle new 2']);
  });

  test('whose last hold nobody knows about asks for that one again, under the same id', async () => {
    const by = payer({ settle: [paid], hold: [held] });
    expect(await payFor(by, opNamed('op'), false)).toMatchObject({ kind: 'paid', opId: opNamed('op') });
    expect(by.done).toEqual(['hold op', 'settle op']);
  });

  test.each([
    [short, 'not paid'],
    [{ ...short, code: 'fair_use_reached' }, 'not paid'],
    [{ ...short, code: 'not_allowed_on_tier' }, 'not paid'],
    [closed, 'given up'],
  ] as const)('refused with %j is %s, and never settled', async (problem, kind) => {
    const by = payer({ settle: [gone], hold: [{ kind: 'refused', problem }] });
    expect(await payFor(by, opNamed('op'), true)).toEqual({ kind, opId: opNamed('new 1'), problem });
    expect(by.done).toEqual(['settle op', 'keep new 1', 'hold new 1']);
  });

  test.each([
    [{ settle: [null] }, 'op'],
    [{ settle: [gone], hold: [null] }, 'new 1'],
    [{ settle: [gone, null], hold: [held] }, 'new 1'],
  ])('without an answer (%j) stays as it is, with the id that was sent', async (answers, opId) =>
    expect(await payFor(payer(answers), opNamed('op'), true)).toEqual({ kind: 'unanswered', opId }),
  );

  test('a server that gives every hold back at once is asked ever more seldom, and without end only as long as the job stands', async () => {
    const by = payer({ settle: Array.from({ length: 9 }, () => gone), hold: Array.from({ length: 9 }, () => held), goesOn: false });
    expect(await payFor(by, opNamed('op'), true)).toEqual({ kind: 'unanswered', opId: opNamed('new 4') });
    expect([1, 3, 4, 5, 1000].map(pauseBeforeHoldMs)).toEqual([0, 0, 1000, 2000, 60_000]);
  });
});
