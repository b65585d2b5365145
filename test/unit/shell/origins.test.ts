import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy, devServerFrom, isOurPage } from '../../../electron/shell/origins.ts';
import { isServerAddress, notAServer } from '../../../shared/server-address.ts';

describe('whose page is ours', () => {
  test.each([
    ['app://backlot/', null, true],
    ['app://backlot/index.html#/wallet', null, true],
    ['app://elsewhere/', null, false],
    ['app://user@backlot/', null, false],
    ['https://backlot/', null, false],
    ['file:///etc/passwd', null, false],
    ['photo://thumb/x', null, false],
    ['http://localhost:5173/', null, false],
    ['http://localhost:5173/', 'http://localhost:5173', true],
    ['http://localhost:5174/', 'http://localhost:5173', false],
    ['not an address', null, false],
  ])('%s with dev server %s: %s', (address, devServer, ours) => {
    expect(isOurPage(address, devServer)).toBe(ours);
  });
});

describe('the dev server', () => {
  test.each([
    ['http://localhost:5173', false, 'http://localhost:5173'],
    ['http://127.0.0.1:5173/x', false, 'http://127.0.0.1:5173'],
    ['http://localhost:5173', true, null],
    ['https://example.com', false, null],
    ['nonsense', false, null],
    [undefined, false, null],
  ])('%s, packaged %s: %s', (address, packaged, expected) => {
    expect(devServerFrom({ ELECTRON_RENDERER_URL: address }, packaged)).toBe(expected);
  });
});

test('scripts come from the bundle only, and nothing reaches the network', () => {
  const policy = new Map(
    contentSecurityPolicy(null)
      .split('; ')
      .map((part) => [part.slice(0, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)]),
  );
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('script-src')).toBe("'self'");
  expect(policy.get('connect-src')).toBe("'self' photo:");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(contentSecurityPolicy(null)).not.toContain('http');
  expect(contentSecurityPolicy(null)).not.toContain('unsafe-eval');
});

test.each([
  ['https://credits.example', true],
  ['http://127.0.0.1:4010', true],
  ['http://localhost:4010', true],
  ['http://credits.example', false],
  ['http://127.0.0.2:4010', false],
  ['http://127.0.0.1.example', false],
  ['http://localhost.example', false],
  ['https://user@credits.example', false],
  ['https://:secret@credits.example', false],
  ['https://credits.example\\@elsewhere.example', false],
  ['https://credits.example /', false],
  ['https://bücher.example:4010/v1', true],
  ['https://[::1]:4010', true],
  ['file:///etc/passwd', false],
  ['credits.example', false],
])('a token may be sent to %s: %s', (address, allowed) => {
  expect(isServerAddress(address)).toBe(allowed);
});

test.each(['http://credits.example/?token=secret', 'https://user:secret@credits.example', 'secret words', 'file:///secret'])(
  'of %s only the place is repeated',
  (address) => {
    expect(notAServer(address)).toMatch(/cannot be used as a credit server: .* Nothing was sent\.$/);
    expect(notAServer(address)).not.toContain('secret');
  },
);
