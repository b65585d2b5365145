/** Sealed secrets open with their key, in their row, unchanged, and in no other way. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Vault } from '../../../server/identity/vault.ts';
import { readWebhooks } from '../../../server/messages/settings.ts';

const [old, fresh] = [randomBytes(32), randomBytes(32)];

describe('a vault', () => {
  test('opens what it sealed, each time sealed differently', () => {
    const vault = new Vault([old]);
    const sealed = vault.seal('whsec_x', 'row');
    expect([vault.open(sealed, 'row'), sealed.includes('whsec'), sealed === vault.seal('whsec_x', 'row')]).toEqual([
      'whsec_x',
      false,
      false,
    ]);
  });
  test('opens what a replaced key sealed, and knows that it is not its own', () => {
    const sealed = new Vault([old]).seal('whsec_x', 'row');
    const vault = new Vault([fresh, old]);
    expect([vault.open(sealed, 'row'), vault.isCurrent(sealed), new Vault([fresh]).open(sealed, 'row')]).toEqual(['whsec_x', false, null]);
  });
  test('opens nothing that was changed, moved to another row, or never sealed', () => {
    const vault = new Vault([old]);
    const sealed = vault.seal('whsec_x', 'row');
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    for (const [text, about] of [
      [changed, 'row'],
      [sealed, 'other row'],
      ['whsec_x', 'row'],
      [sealed.slice(0, 24), 'row'],
      ['', 'row'],
    ] as const)
      expect(vault.open(text, about)).toBeNull();
  });
});

describe('its keys', () => {
  test('come from the environment, the newest first; none is a key of the data folder', () => {
    expect(readWebhooks({ BACKLOT_VAULT_KEYS: `${fresh.toString('base64')}, ${old.toString('base64')}` }).keys).toEqual([fresh, old]);
    expect(readWebhooks({})).toEqual({ allowPrivate: false, keys: [] });
  });
  test.each([
    [{ BACKLOT_VAULT_KEYS: 'c2hvcnQ=' }, 'not 32 bytes'],
    [{ BACKLOT_WEBHOOKS_PRIVATE: 'yes' }, 'allow or deny'],
  ])('are refused at the start when they are wrong, without the value', (env, words) => {
    expect(() => readWebhooks(env)).toThrow(words);
    expect(() => readWebhooks(env)).not.toThrow('c2hvcnQ=');
  });
});
