import { describe, expect, test } from 'vitest';
import { type ChainFault, chainFault, isSigned } from '../../../electron/wallet/copy/page-proof.ts';
import { nowhere } from '../../../electron/wallet/copy/sync.ts';
import type { LedgerEntry, LedgerPage } from '../../../shared/api/index.ts';
import { decodeEntry } from '../../../shared/credits/index.ts';
import { chainHash } from '../../../shared/ledger/chain.ts';
import { accountNamed, placed } from '../../quantities.ts';
import { SmallLedger } from './small-ledger.ts';

const ledger = new SmallLedger();
for (const opId of ['buy-1', 'buy-2', 'buy-3']) ledger.buy(opId);
const length = ledger.lines.length;

const hashOf = (prevHash: string, line: LedgerEntry): string => {
  const entry = decodeEntry(line.body);
  return entry.ok ? chainHash(prevHash, line.seq, entry.value) : '';
};
const line = (page: LedgerPage, index: number): LedgerEntry => page.entries[index] ?? expect.fail('no such line');

/** What somebody may do to a page, and what gives it away. */
const table: readonly (readonly [string, (page: LedgerPage) => void, ChainFault])[] = [
  ['nothing', () => undefined, null],
  ['one entry is left out', (page) => page.entries.splice(2, 1), 'gap'],
  ['two entries change places', (page) => page.entries.splice(1, 2, line(page, 2), line(page, 1)), 'gap'],
  ['an entry follows another one', (page) => Object.assign(line(page, 2), { prevHash: 'f'.repeat(64) }), 'link'],
  ['an amount grows', (page) => Object.assign(line(page, length - 1).body, { amount: '5000' }), 'hash'],
  ['the body is no entry', (page) => Object.assign(line(page, 1), { body: {} }), 'hash'],
  ['the end is cut off, head included', (page) => page.entries.pop(), null],
  ['the head is behind the entries', (page) => Object.assign(page.head, { seq: 1 }), 'head'],
  ['the head is another one', (page) => Object.assign(page.head, { hash: 'f'.repeat(64) }), 'head'],
  ['nothing comes although there is more', (page) => page.entries.splice(0), 'gap'],
];

describe('a page of the ledger', () => {
  test.each(table)('%s', (_what, act, fault) => {
    const page = ledger.page(0, 1000);
    act(page);
    expect(chainFault(page, nowhere, hashOf)).toBe(fault);
  });

  test('continues a copy that reaches somewhere else', () => {
    const from = { epoch: ledger.epoch, seq: placed(2), hash: ledger.lines[1]?.hash ?? '' };
    expect(chainFault(ledger.page(2, 2), from, hashOf)).toBeNull();
    expect(chainFault(ledger.page(2, 2), { ...from, hash: 'f'.repeat(64) }, hashOf)).toBe('link');
  });

  test('a copy that reaches further than the server is in doubt', () => {
    expect(chainFault(ledger.page(length, 10), { epoch: null, seq: placed(length + 4), hash: 'a' }, hashOf)).toBe('head');
  });
});

describe('the signature of the head', () => {
  const page = ledger.page(0, 1);
  test('holds for this account, epoch, place and hash', () =>
    expect(isSigned(page, accountNamed(ledger.accountId), ledger.publicKey)).toBe(true));
  test.each<[string, () => boolean]>([
    ['another account', () => isSigned(page, accountNamed('acc_another1'), ledger.publicKey)],
    ['another epoch', () => isSigned({ ...page, epoch: 'other' }, accountNamed(ledger.accountId), ledger.publicKey)],
    [
      'another place',
      () => isSigned({ ...page, head: { ...page.head, seq: placed(1) } }, accountNamed(ledger.accountId), ledger.publicKey),
    ],
    ['another key', () => isSigned(page, accountNamed(ledger.accountId), new SmallLedger().publicKey)],
    ['a key that is none', () => isSigned(page, accountNamed(ledger.accountId), 'AAAA')],
    [
      'a signature that is none',
      () => isSigned({ ...page, head: { ...page.head, signature: 'AAAA' } }, accountNamed(ledger.accountId), ledger.publicKey),
    ],
  ])('not for %s', (_what, check) => expect(check()).toBe(false));
});
