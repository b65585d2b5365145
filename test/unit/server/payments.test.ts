/** Keys by environment, and what arrives from outside: deep links. */
import { describe, expect, test } from 'vitest';
import { readPaddle } from '../../../server/billing/payments/paddle/settings.ts';
import { readPayments } from '../../../server/billing/payments/settings.ts';
import { readStripe } from '../../../server/billing/payments/stripe/settings.ts';
import { HOSTED_PROVIDERS } from '../../../shared/payment-ways.ts';
import { RETURN_PAGES, readReturnLink, returnLink } from '../../../shared/return-page.ts';

describe('readPayments', () => {
  test('nothing set: by invoice only', () => {
    expect(readPayments({})).toEqual({ hosted: [], publicUrl: null });
  });

  test('reads keys, addresses and Paddle’s environment', () => {
    const env = {
      STRIPE_SECRET_KEY: ' sk_x ',
      STRIPE_WEBHOOK_SECRET: 'whsec_x',
      PADDLE_API_KEY: 'pdl_x',
      PADDLE_WEBHOOK_SECRET: 'ntf_x',
      PADDLE_ENVIRONMENT: 'sandbox',
      PADDLE_HOSTED_CHECKOUT: 'https://pay.example/hsc_1',
      BACKLOT_PUBLIC_URL: 'https://credits.example',
    };
    expect(readStripe(env)).toEqual({ key: 'sk_x', webhookSecret: 'whsec_x', base: null });
    expect(readPaddle(env)).toMatchObject({ environment: 'sandbox', hostedCheckout: new URL('https://pay.example/hsc_1') });
    const settings = readPayments(env);
    expect(settings.hosted).toHaveLength(HOSTED_PROVIDERS.length);
    expect(JSON.stringify(settings)).not.toMatch(/sk_x|whsec_x|pdl_x|ntf_x/);
    expect(settings.publicUrl?.href).toBe('https://credits.example/');
  });

  test.each([
    [{ STRIPE_SECRET_KEY: 'sk_hidden' }, 'STRIPE_WEBHOOK_SECRET is not'],
    [{ STRIPE_WEBHOOK_SECRET: 'sk_hidden' }, 'STRIPE_SECRET_KEY is not'],
    [{ PADDLE_API_KEY: 'sk_hidden' }, 'PADDLE_WEBHOOK_SECRET is not'],
    [{ PADDLE_ENVIRONMENT: 'sk_hidden' }, 'PADDLE_ENVIRONMENT is production or sandbox'],
    [{ BACKLOT_PUBLIC_URL: 'sk_hidden' }, 'BACKLOT_PUBLIC_URL is not an address'],
    [{ STRIPE_SECRET_KEY: 'a', STRIPE_WEBHOOK_SECRET: 'b', STRIPE_API_BASE: 'file:///sk_hidden' }, 'STRIPE_API_BASE is not an address'],
  ])('half of it, or not right, is refused at the start without saying a value: %j', (env, words) => {
    expect(() => readPayments(env)).toThrow(words);
    expect(() => readPayments(env)).not.toThrow('sk_hidden');
  });
});

describe('a deep link', () => {
  test('names a page of the app and what became of the visit', () => {
    for (const page of RETURN_PAGES) expect(readReturnLink(returnLink(page, 'paid'))).toEqual({ page, outcome: 'paid' });
    expect(readReturnLink('backlot://return/wallet')).toEqual({ page: 'wallet', outcome: null });
    expect(readReturnLink('backlot://return/wallet/')).toEqual({ page: 'wallet', outcome: null });
  });

  test.each([
    'backlot://return/',
    'backlot://return/admin',
    'backlot://return/wallet/../settings',
    'backlot://return/wallet?outcome=owned',
    'backlot://return/wallet?outcome=paid&next=https://evil.example',
    'backlot://return/wallet#x',
    'backlot://open/wallet',
    'BACKLOT://return/wallet',
    'https://evil.example/backlot://return/wallet',
    'backlot://return/constructor',
    ' backlot://return/wallet',
    'backlot://return/wallet\nbacklot://return/buy',
    '',
  ])('is followed only when it is exactly one of ours: %j', (link) => {
    expect(readReturnLink(link)).toBeNull();
  });
});
