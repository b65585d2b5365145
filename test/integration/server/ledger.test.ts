/** The chain that a client replays and proves, and the stream that wakes it. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headMessage, ledgerPage } from '../../../shared/api/index.ts';
import { decodeEntry } from '../../../shared/credits/codec/encode-entry.ts';
import { emptyAccount, evolve } from '../../../shared/credits/model/evolve.ts';
import { chainHash, GENESIS } from '../../../shared/ledger/chain.ts';
import { type Account, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;
const SPKI_OF_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
  account = await server.account({ plan: 'professional-plus', slots: 50 });
  const operations = Array.from({ length: 20 }, (_, i) => ({
    opId: opId(),
    kind: 'apply',
    photo: `p${i}`,
    recipe: { background: 'paper' },
  }));
  await account.post('/v1/operations', { operations });
  for (const { opId: id } of operations.slice(0, 10)) await account.post(`/v1/operations/${id}/settle`);
});
afterAll(() => server.stop());

async function pull(limit: number): Promise<ReturnType<typeof ledgerPage.parse>> {
  const entries = [];
  for (;;) {
    const page = ledgerPage.parse((await account.get(`/v1/ledger?after=${entries.length}&limit=${limit}`)).body);
    entries.push(...page.entries);
    if (entries.length >= page.head.seq) return { ...page, entries };
  }
}

describe('GET /v1/ledger', () => {
  test.each([1, 7, 500])('pages of %i join to the same gap-free chain', async (limit) => {
    const { entries, head } = await pull(limit);
    let prevHash = GENESIS;
    let state = emptyAccount;
    for (const [index, line] of entries.entries()) {
      const entry = decodeEntry(line.body);
      if (!entry.ok) throw new Error(entry.error.message);
      expect(line.seq).toBe(index + 1);
      expect(line.prevHash).toBe(prevHash);
      expect(line.hash).toBe(chainHash(prevHash, line.seq, entry.value, (text) => createHash('sha256').update(text).digest('hex')));
      prevHash = line.hash;
      state = evolve(state, entry.value);
      const available = [...state.grants.values()].reduce((sum, grant) => sum + grant.available, 0n);
      expect(line.availableAfter).toBe(available.toString());
    }
    expect(head).toMatchObject({ seq: entries.length, hash: prevHash });
  });

  test('the head is signed with a published key', async () => {
    const { head, epoch } = await pull(500);
    const { keys } = (await account.get('/v1/keys')).body;
    const key = keys.find((k: { keyId: string }) => k.keyId === head.keyId);
    const publicKey = createPublicKey({
      key: Buffer.concat([SPKI_OF_ED25519, Buffer.from(key.publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    const message = headMessage(account.accountId, epoch, head.seq, head.hash);
    expect(verify(null, Buffer.from(message), publicKey, Buffer.from(head.signature, 'base64'))).toBe(true);
    expect(verify(null, Buffer.from(`${message}0`), publicKey, Buffer.from(head.signature, 'base64'))).toBe(false);
  });

  test('a key and an epoch outlive the server process', async () => {
    const before = await pull(500);
    await server.kill();
    server = await startServer({ folder: server.folder });
    account = { ...account, ...server.as(account.token) };
    const after = await pull(500);
    expect(after).toEqual(before);
  });
});

describe('GET /v1/ledger/stream', () => {
  test('wakes with the sequence number when the ledger grows', async () => {
    const aborting = new AbortController();
    const response = await fetch(`${server.url}/v1/ledger/stream`, {
      headers: { authorization: `Bearer ${account.token}` },
      signal: aborting.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const seqs = sequenceNumbers(response);
    const first = (await seqs.next()).value ?? 0;
    await server.grant(account.accountId, 'purchased', '3');
    const { head } = (await account.get('/v1/ledger')).body;
    let seen = first;
    while (seen < head.seq) seen = (await seqs.next()).value ?? head.seq + 1;
    expect(seen).toBe(head.seq);
    aborting.abort();
  });
});

async function* sequenceNumbers(response: Response): AsyncGenerator<number, undefined> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) break;
      const id = /^id: (\d+)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (id) yield Number(id);
    }
  }
  return undefined;
}
