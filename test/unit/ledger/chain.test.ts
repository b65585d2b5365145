import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntry, type Entry, encodeEntry } from '../../../shared/credits/index.ts';
import { canonical, canonicalJson } from '../../../shared/ledger/canonical.ts';
import { chainHash, firstBreak, GENESIS, type Link, preimage } from '../../../shared/ledger/chain.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { grantNamed, instant, opNamed, placed, units } from '../../quantities.ts';
import { Account, on } from '../credits/account.ts';

function links(): Link[] {
  const account = new Account(backgroundStudio({ launchAt: on('2026-11-20') }), '2026-11-21', { plan: 'professional-plus', slots: 3 });
  account.apply(4);
  account.at('2027-01-10').do({ kind: 'purchase', opId: opNamed('buy'), packId: 'pack-50' });
  let prevHash = GENESIS;
  return account.entries.map((entry, index) => {
    const seq = placed(index + 1);
    const link = { seq, entry, prevHash, hash: chainHash(prevHash, seq, entry) };
    prevHash = link.hash;
    return link;
  });
}

const start = { seq: placed(0), hash: GENESIS };

describe('the canonical text', () => {
  it('sorts its keys and writes amounts as strings', () => {
    const entry: Entry = {
      opId: opNamed('b'),
      at: instant(1),
      kind: 'expired',
      slices: [{ grantId: grantNamed('g'), bucket: 'ä"\n', amount: units(10n ** 20n) }],
    };
    expect(canonical(entry)).toBe(
      '{"at":1,"kind":"expired","opId":"b","slices":[{"amount":"100000000000000000000","bucket":"ä\\"\\n","grantId":"g"}]}',
    );
  });
  it('does not depend on the order in which an entry was put together, nor on a trip over the wire', () => {
    for (const { entry } of links()) {
      const decoded = decodeEntry(JSON.parse(JSON.stringify(encodeEntry(entry))));
      const turned = Object.fromEntries(Object.entries(decoded.ok ? decoded.value : {}).reverse());
      // A shuffled copy of the same entry.
      expect(canonical(turned as unknown as Entry)).toBe(canonical(entry));
    }
  });
});

describe('the chain', () => {
  it('is whole as written', () => expect(firstBreak(links(), start)).toBe(null));
  it('hashes as any SHA-256 does', () => {
    const [first] = links();
    if (first === undefined) throw new Error('no link');
    const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
    expect(chainHash(GENESIS, placed(1), first.entry)).toBe(digest(preimage(GENESIS, placed(1), first.entry)));
    expect(firstBreak(links(), start, digest)).toBe(null);
  });
  it('a known entry has a known hash', () => {
    const entry: Entry = { opId: opNamed('o'), at: instant(0), kind: 'closed', reason: 'left' };
    expect(chainHash(GENESIS, placed(1), entry)).toBe(
      createHash('sha256').update(`backlot ledger v1\n1\n${GENESIS}\n{"at":0,"kind":"closed","opId":"o","reason":"left"}`).digest('hex'),
    );
  });
  it.each([
    [
      'an amount changed',
      (list: Link[]) =>
        list.map((link) => (link.entry.kind === 'granted' ? { ...link, entry: { ...link.entry, amount: units(999n) } } : link)),
    ],
    ['an entry dropped', (list: Link[]) => list.filter((link) => link.seq !== 3)],
    ['two entries swapped', (list: Link[]) => [...list.slice(0, 3), ...list.slice(3, 5).reverse(), ...list.slice(5)]],
    ['an entry twice', (list: Link[]) => [...list.slice(0, 3), ...list.slice(2)]],
    ['the beginning cut off', (list: Link[]) => list.slice(1)],
  ])('%s: seen', (_, tamper) => expect(firstBreak(tamper(links()), start)).not.toBe(null));
  it('any single character changed anywhere is seen', () => {
    const whole = links();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.constantFrom('opId', 'at', 'kind'), (at, member) => {
        const changed = whole.map((link, index) => {
          if (index !== at) return link;
          const value = member === 'at' ? link.entry.at + 1 : `${link.entry[member === 'kind' ? 'kind' : 'opId']}x`;
          // Deliberately not an entry any more.
          return { ...link, entry: { ...link.entry, [member]: value } as Entry };
        });
        expect(firstBreak(changed, start)).toBe(at + 1);
      }),
    );
  });
});

describe('the canonical text of holds and settlements', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const id = text.map(opNamed);
  const moment = fc.nat(4_000_000_000_000).map(instant);
  const slices = fc.array(
    fc.record({ amount: fc.bigInt({ min: 0n, max: 2n ** 63n }).map(units), bucket: text, grantId: text.map(grantNamed) }),
    {
      maxLength: 3,
    },
  );
  const held = fc.record({
    opId: id,
    at: moment,
    kind: fc.constant('held' as const),
    slices,
    expiresAt: moment,
    purpose: fc.record({ kind: text, photo: fc.option(text), traits: fc.dictionary(text, text, { maxKeys: 4 }) }),
  });
  const settled = fc.record({
    opId: id,
    at: moment,
    kind: fc.constant('settled' as const),
    holdId: id,
    charged: slices,
    returned: slices,
  });

  it('is written out, and is the one that any data would have', () => {
    fc.assert(
      fc.property(fc.oneof(held, settled), (entry) => {
        expect(canonical(entry)).toBe(canonicalJson(entry));
      }),
    );
  });

  it('is JSON that says the same', () => {
    fc.assert(
      fc.property(fc.oneof(held, settled), (entry) => {
        expect(JSON.parse(canonical(entry))).toEqual(encodeEntry(entry));
      }),
    );
  });
});
