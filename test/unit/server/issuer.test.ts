/** issuer.json: what is wrong in it stops the start and is named, so that no invoice is ever issued by half a company. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadIssuer } from '../../../server/billing/issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'backlot-issuer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RIGHT = {
  id: 'ACME',
  name: 'Studio',
  address: ['Example Street 1'],
  country: 'GB',
  vatId: 'GB123456789',
  email: 'billing@studio.example',
  taxRates: { GB: '20', CH: '0', DE: '7' },
};
const load = (content: string) => {
  writeFileSync(join(folder, 'issuer.json'), content);
  return loadIssuer(folder);
};

test('is read as it stands', async () => {
  expect(await load(JSON.stringify(RIGHT))).toEqual(RIGHT);
});

test.each([
  ['is not JSON', '{', 'it is not JSON'],
  ['is in a country that is none', JSON.stringify({ ...RIGHT, country: 'UK' }), 'country: is not a country of ISO 3166-1'],
  ['names a rate for a country that is none', JSON.stringify({ ...RIGHT, taxRates: { EU: '20' } }), 'taxRates'],
  ['names a rate that is no figure', JSON.stringify({ ...RIGHT, taxRates: { GB: '20 %' } }), 'taxRates.GB'],
  ['takes a member state for free of tax', JSON.stringify({ ...RIGHT, taxRates: { DE: '0' } }), 'a member state has no rate of 0'],
  ['has an account that is no IBAN', JSON.stringify({ ...RIGHT, iban: '12345' }), 'iban'],
  ['starts its numbers with a blank', JSON.stringify({ ...RIGHT, id: 'A B' }), 'id'],
  ['says what is not known', JSON.stringify({ ...RIGHT, motto: 'x' }), 'motto'],
])('that %s is refused', async (_, content, said) => {
  await expect(load(content)).rejects.toThrow(/^issuer\.json is not right: /);
  await expect(load(content)).rejects.toThrow(said);
});
