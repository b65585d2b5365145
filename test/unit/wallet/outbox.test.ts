import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { outboxMigrations } from '../../../electron/wallet/copy/schema.ts';
import { Outbox } from '../../../electron/wallet/orders/outbox.ts';
import { OutboxNote } from '../../../electron/wallet/orders/outbox-note.ts';
import { OutboxStore } from '../../../electron/wallet/orders/outbox-store.ts';
import type { Answer, Transport } from '../../../electron/wallet/transport.ts';
import { accountNamed, opNamed } from '../../quantities.ts';
import { fakeWorld } from './fake-world.ts';

const silence: Answer = { kind: 'silence', reason: 'The credit server cannot be reached.' };
const answer = (status: number, body: unknown): Answer => ({ kind: 'answer', status, body, retryAfterMs: null });
/** As the contract has it, for this order. */
const bought = (opId: string) => ({
  purchase: {
    opId,
    packId: 'pack-100',
    credits: '100',
    paid: { amount: '90.00', currency: 'EUR' },
    provider: 'invoice',
    status: 'complete',
    at: '2026-11-23T09:00:00.000Z',
    invoice: null,
    grantId: null,
  },
});
const problem = { type: 'about:blank', title: 'Unknown', status: 404, detail: 'Not on offer.', code: 'unknown_pack' };
const refusal = answer(404, problem);

function setUp(
  answers: readonly Answer[],
  db = openDatabase({ path: ':memory:', migrations: outboxMigrations, durability: 'full' }),
  note?: OutboxNote,
) {
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
    upload: async () => ({ kind: 'silence', reason: '' }),
    listen: () => () => undefined,
  };
  const store = new OutboxStore(db, world, note);
  const outbox = new Outbox({ store, world, transportFor: () => transport });
  outbox.onAnswer((kind, opId, { kind: verdict }) => finals.push(`${kind} ${opId} ${verdict}`));
  return { outbox, store, world, sent, finals, db };
}

const buy = (opId: string) => ({
  opId: opNamed(opId),
  accountId: accountNamed('acc_1'),
  kind: 'purchase' as const,
  path: '/v1/purchases',
  body: { opId, packId: 'pack-100' },
});
const settled = async (turns = 20): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
};

describe('what waits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-outbox-'));
  const note = new OutboxNote(join(folder, 'outbox-waiting.json'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is taken up from its note when the database has forgotten it, under its own id; what was answered is not', async () => {
    const first = setUp([answer(200, bought('op1')), silence], undefined, note);
    first.outbox.add(buy('op1'));
    await first.outbox.send(opNamed('op1'));
    first.outbox.add(buy('op2'));
    await first.outbox.send(opNamed('op2'));
    first.outbox.stop();

    const again = setUp([answer(200, bought('op2'))], undefined, note);
    expect(again.outbox.waiting(accountNamed('acc_1'))).toEqual([
      { opId: opNamed('op2'), kind: 'purchase', body: { opId: opNamed('op2'), packId: 'pack-100' } },
    ]);
    again.outbox.flush();
    await settled();
    expect(again.finals).toEqual(['purchase op2 accepted']);
    expect(note.read()).toEqual([]);
  });

  test.each(['', '{', '[{"opId":7}]', '[{"opId":"op9","accountId":"a","kind":"gift","path":"/v1/x","body":{}}]', 'null'])(
    'a note that says %j is none, and keeps nobody from opening',
    (text) => {
      writeFileSync(join(folder, 'outbox-waiting.json'), text);
      expect(setUp([], undefined, note).outbox.waiting(accountNamed('acc_1'))).toEqual([]);
    },
  );
});

describe('the outbox', () => {
  test('keeps a request before it is sent, and the answer after it', async () => {
    const { outbox, store, finals } = setUp([answer(200, bought('op1'))]);
    outbox.add(buy('op1'));
    expect(outbox.waiting(accountNamed('acc_1'))).toEqual([
      { opId: opNamed('op1'), kind: 'purchase', body: { opId: opNamed('op1'), packId: 'pack-100' } },
    ]);
    expect(await outbox.send(opNamed('op1'))).toMatchObject({ kind: 'accepted' });
    expect(outbox.waiting(accountNamed('acc_1'))).toEqual([]);
    expect(store.answer(opNamed('op1'))).toEqual({ state: 'done', body: bought('op1') });
    expect(finals).toEqual(['purchase op1 accepted']);
  });

  test('an unknown outcome is asked for again with the same id until there is an answer', async () => {
    const { outbox, world, sent, finals } = setUp([silence, answer(503, null), answer(200, bought('op1'))]);
    outbox.add(buy('op1'));
    expect(await outbox.send(opNamed('op1'))).toMatchObject({ kind: 'again' });
    for (let turn = 0; turn < 5; turn += 1) {
      await settled();
      world.runNext();
    }
    expect(new Set(sent)).toEqual(new Set([JSON.stringify({ opId: opNamed('op1'), packId: 'pack-100' })]));
    expect(sent).toHaveLength(3);
    expect(finals).toEqual(['purchase op1 accepted']);
  });

  test.each([
    ['a sign-in page', { kind: 'not from us', reason: 'Not the server.', retryAfterMs: null }],
    ['another JSON', answer(200, { login: 'http://guest.example' })],
    ['the answer to another order', answer(200, bought('op2'))],
    ['a page of the network that says 401', { kind: 'not from us', reason: 'Not the server.', retryAfterMs: null }],
    ['a refusal that is no problem document', answer(404, { error: 'no such page' })],
    ['a refusal of another status than its own', answer(404, { ...problem, status: 410 })],
  ] satisfies [string, Answer][])('%s neither completes an order nor refuses it', async (_what, foreign) => {
    const { outbox, store, world, finals, sent } = setUp([foreign, foreign, answer(200, bought('op1'))]);
    outbox.add(buy('op1'));
    expect(await outbox.send(opNamed('op1'))).toMatchObject({ kind: 'again' });
    await settled();
    expect(store.answer(opNamed('op1'))).toBe(null);
    expect(outbox.waiting(accountNamed('acc_1'))).toHaveLength(1);
    for (let turn = 0; turn < 5; turn += 1) {
      world.runNext();
      await settled();
    }
    expect(finals).toEqual(['purchase op1 accepted']);
    expect(new Set(sent).size).toBe(1);
  });

  test('an order that is never answered does not keep the others waiting', async () => {
    const stranger: Answer = { kind: 'not from us', reason: 'Not the server.', retryAfterMs: null };
    const { outbox, finals } = setUp([stranger, answer(200, bought('op2'))]);
    outbox.add(buy('op1'));
    outbox.add(buy('op2'));
    outbox.flush();
    await settled(40);
    expect(finals).toEqual(['purchase op2 accepted']);
    expect(outbox.waiting(accountNamed('acc_1')).map(({ opId }) => opId)).toEqual(['op1']);
  });

  test('a refusal is final', async () => {
    const { outbox, store, world, sent } = setUp([refusal]);
    outbox.add(buy('op1'));
    expect(await outbox.send(opNamed('op1'))).toMatchObject({ kind: 'refused' });
    outbox.flush();
    await settled();
    expect(world.planned()).toBe(0);
    expect(sent).toHaveLength(1);
    expect(store.answer(opNamed('op1'))).toMatchObject({ state: 'refused', body: { code: 'unknown_pack' } });
  });

  test('what an earlier process left is sent by the next one', async () => {
    const first = setUp([silence]);
    first.outbox.add(buy('op1'));
    await first.outbox.send(opNamed('op1'));
    first.outbox.stop();
    const second = setUp([answer(200, bought('op1'))], first.db);
    second.outbox.flush();
    await settled();
    expect(second.finals).toEqual(['purchase op1 accepted']);
  });

  test('adding the same operation twice keeps the first', () => {
    const { outbox } = setUp([]);
    outbox.add(buy('op1'));
    outbox.add({ ...buy('op1'), body: { opId: opNamed('op1'), packId: 'other' } });
    expect(outbox.waiting(accountNamed('acc_1'))).toHaveLength(1);
    expect(outbox.waiting(accountNamed('acc_1'))[0]?.body).toMatchObject({ packId: 'pack-100' });
  });

  test('one request is never on its way twice at a time', async () => {
    const { outbox, sent } = setUp([answer(200, bought('op1'))]);
    outbox.add(buy('op1'));
    const both = Promise.all([outbox.send(opNamed('op1')), outbox.send(opNamed('op1'))]);
    outbox.flush();
    await both;
    expect(sent).toHaveLength(1);
  });
});
