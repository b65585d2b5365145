import { describe, expect, it } from 'vitest';
import { decodeEntry, decodeState, type Entry, encodeEntry, encodeState } from '../../../shared/credits/index.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { grantNamed, instant, opNamed, units } from '../../quantities.ts';
import { Account } from './account.ts';

const granted: Entry = {
  opId: opNamed('op'),
  at: instant(5),
  kind: 'granted',
  grantId: grantNamed('op'),
  bucket: 'promo',
  amount: units(2n ** 62n),
  effectiveAt: instant(5),
  expiresAt: null,
  source: { kind: 'trial' },
};
const good = encodeEntry(granted);

describe('entries as JSON', () => {
  it('amounts are decimal strings', () => expect(good['amount']).toBe('4611686018427387904'));
  it.each([
    ['nothing', undefined, 'entry'],
    ['a list', [], 'entry'],
    ['an unknown kind', { ...good, kind: 'stolen' }, 'entry.kind'],
    ['a number for an amount', { ...good, amount: 5 }, 'entry.amount'],
    ['a fraction for an amount', { ...good, amount: '1.5' }, 'entry.amount'],
    ['an amount of a hundred digits', { ...good, amount: '1'.repeat(100) }, 'entry.amount'],
    ['a fraction for an instant', { ...good, at: 1.5 }, 'entry.at'],
    ['no id', { ...good, opId: undefined }, 'entry.opId'],
    ['a source that is none', { ...good, source: { kind: 'rain' } }, 'entry.source.kind'],
    ['something it does not know', { ...good, extra: 1 }, 'entry'],
  ])('%s: says where', (_, value, place) => {
    const decoded = decodeEntry(value);
    expect(decoded.ok ? 'read' : decoded.error.message.split(':')[0]).toBe(place);
  });
});

describe('states as JSON', () => {
  const encoded = encodeState(new Account(backgroundStudio(), Date.UTC(2026, 10, 24), { plan: 'premium' }).state);
  it.each([
    ['another form', { ...encoded, form: 0 }, 'state.form'],
    ['a grant without an id', { ...encoded, grants: [{}] }, 'state.grants.0.id'],
    ['holds as an object', { ...encoded, holds: {} }, 'state.holds'],
    ['text', 'state', 'state'],
  ])('%s: says where', (_, value, place) => {
    const decoded = decodeState(value);
    expect(decoded.ok ? 'read' : decoded.error.message.split(':')[0]).toBe(place);
  });
});
