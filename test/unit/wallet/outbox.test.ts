import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { createOutbox, type Outbox } from '../../../electron/wallet/outbox.ts';
import { outboxMigrations } from '../../../electron/wallet/schema.ts';
import type { Answer, Transport } from '../../../electron/wallet/transport.ts';
import { fakeWorld } from './fake-world.ts';

const silence: Answer = { kind: 'silence', reason: 'The credit server cannot be reached.' };
const answer = (status: number, body: unknown): Answer => ({ kind: 'answer', status, body, retryAfterMs: null });
const refusal = answer(404, { type: 'about:blank', title: 'Unknown', status: 404, detail: 'Not on offer.', code: 'unknown_pack' });

function setUp(answers: readonly Answer[], db = openDatabase({ path: ':memory:', migrations: outboxMigrations, durability: 'full' })) {
  const world = fakeWorld();
  const script = [...answers];
  const sent: string[] = [];
  const finals: string[] = [];
  const transport: Transport = {
    send: async ({ body }) => {
      sent.push(JSON.stringify(body));
      return script.shift() ?? silence;
    },
    download: async () => ({ kind: 'no file', reason: '' }),
    listen: () => () => undefined,
  };
  const outbox: Outbox = createOutbox({
    db,
    world,
    transport: () => transport,
    answered: (kind, opId, { kind: verdict }) => finals.push(`${kind} ${opId} ${verdict}`),
  });
  return { outbox, world, sent, finals, db };
}

const buy = (opId: string) => ({
  opId,
  accountId: 'acc_1',
  kind: 'purchase' as const,
  path: '/v1/purchases',
  body: { opId, packId: 'pack-100' },
});
const settled = async (turns = 20): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
};

describe('the outbox', () => {
  test('keeps a request before it is sent, and the answer after it', async () => {
    const { outbox, finals } = setUp([answer(200, { purchase: 'done' })]);
    outbox.add(buy('op1'));
    expect(outbox.waiting('acc_1')).toEqual([{ opId: 'op1', kind: 'purchase', body: { opId: 'op1', packId: 'pack-100' } }]);
    expect(await outbox.send('op1')).toMatchObject({ kind: 'accepted' });
    expect(outbox.waiting('acc_1')).toEqual([]);
    expect(outbox.answer('op1')).toEqual({ state: 'done', body: { purchase: 'done' } });
    expect(finals).toEqual(['purchase op1 accepted']);
  });

  test('an unknown outcome is asked for again with the same id until there is an answer', async () => {
    const { outbox, world, sent, finals } = setUp([silence, answer(503, null), answer(200, {})]);
    outbox.add(buy('op1'));
    expect(await outbox.send('op1')).toMatchObject({ kind: 'again' });
    for (let turn = 0; turn < 5; turn += 1) {
      await settled();
      world.runNext();
    }
    expect(new Set(sent)).toEqual(new Set([JSON.stringify({ opId: 'op1', packId: 'pack-100' })]));
    expect(sent).toHaveLength(3);
    expect(finals).toEqual(['purchase op1 accepted']);
  });

  test('a refusal is final', async () => {
    const { outbox, world, sent } = setUp([refusal]);
    outbox.add(buy('op1'));
    expect(await outbox.send('op1')).toMatchObject({ kind: 'refused' });
    outbox.flush();
    await settled();
    expect(world.planned()).toBe(0);
    expect(sent).toHaveLength(1);
    expect(outbox.answer('op1')).toMatchObject({ state: 'refused', body: { code: 'unknown_pack' } });
  });

  test('what an earlier process left is sent by the next one', async () => {
    const first = setUp([silence]);
    first.outbox.add(buy('op1'));
    await first.outbox.send('op1');
    first.outbox.stop();
    const second = setUp([answer(200, {})], first.db);
    second.outbox.flush();
    await settled();
    expect(second.finals).toEqual(['purchase op1 accepted']);
  });

  test('adding the same operation twice keeps the first', () => {
    const { outbox } = setUp([]);
    outbox.add(buy('op1'));
    outbox.add({ ...buy('op1'), body: { opId: 'op1', packId: 'other' } });
    expect(outbox.waiting('acc_1')).toHaveLength(1);
    expect(outbox.waiting('acc_1')[0]?.body).toMatchObject({ packId: 'pack-100' });
  });

  test('one request is never on its way twice at a time', async () => {
    const { outbox, sent } = setUp([answer(200, {})]);
    outbox.add(buy('op1'));
    const both = Promise.all([outbox.send('op1'), outbox.send('op1')]);
    outbox.flush();
    await both;
    expect(sent).toHaveLength(1);
  });
});
