import { expect, test } from 'vitest';
import { type Network, nameOf, proxyFor } from '../../../electron/wallet/http/network.ts';

const company = { HTTPS_PROXY: 'http://proxy.company.example:3128' };
const chosen = async (address: string, network: Network): Promise<string> => {
  const proxy = await proxyFor(address, network);
  return proxy === null ? 'straight' : `${proxy.protocol} ${nameOf(proxy)}${proxy.auth === undefined ? '' : ` as ${proxy.auth.username}`}`;
};

test.each([
  ['https://credits.example', {}, 'straight'],
  ['https://credits.example', company, 'http proxy.company.example:3128'],
  ['https://credits.example', { https_proxy: 'proxy.company.example:8080' }, 'http proxy.company.example:8080'],
  ['https://credits.example', { HTTPS_PROXY: 'proxy.company.example' }, 'http proxy.company.example:80'],
  ['https://credits.example', { HTTPS_PROXY: 'https://proxy.company.example' }, 'https proxy.company.example:443'],
  ['https://credits.example', { HTTPS_PROXY: 'http://jo%40x:pw@proxy.company.example:1' }, 'http proxy.company.example:1 as jo@x'],
  ['https://credits.example', { ALL_PROXY: 'http://proxy.company.example:3128' }, 'http proxy.company.example:3128'],
  ['https://credits.example', { HTTP_PROXY: 'http://proxy.company.example:3128' }, 'straight'],
  ['https://credits.example', { HTTPS_PROXY: '' }, 'straight'],
  ['https://credits.example', { HTTPS_PROXY: 'socks5://proxy.company.example:1080' }, 'straight'],
  ['https://credits.example', { HTTPS_PROXY: 'http://' }, 'straight'],
  ['https://credits.example', { ...company, NO_PROXY: 'credits.example' }, 'straight'],
  ['https://eu.credits.example', { ...company, NO_PROXY: 'a.example, credits.example' }, 'straight'],
  ['https://eu.credits.example', { ...company, no_proxy: '*.credits.example' }, 'straight'],
  ['https://mycredits.example', { ...company, NO_PROXY: 'credits.example' }, 'http proxy.company.example:3128'],
  ['https://credits.example:4010', { ...company, NO_PROXY: 'credits.example:4010' }, 'straight'],
  ['https://credits.example', { ...company, NO_PROXY: 'credits.example:4010' }, 'http proxy.company.example:3128'],
  ['https://[2001:db8::1]', { ...company, NO_PROXY: '2001:db8::1' }, 'straight'],
  ['https://credits.example', { ...company, NO_PROXY: '*' }, 'straight'],
  ['http://127.0.0.1:4010', { ...company, HTTP_PROXY: 'http://proxy.company.example' }, 'straight'],
  ['https://localhost:4010', company, 'straight'],
  ['https://[::1]:4010', company, 'straight'],
  ['https://127.0.0.1.example', company, 'http proxy.company.example:3128'],
])('%s with %j goes %s', async (address, environment, way) => expect(await chosen(address, { environment })).toBe(way));

test.each([
  ['DIRECT', 'straight'],
  ['PROXY proxy:8080', 'http proxy:8080'],
  ['PROXY proxy:8080; DIRECT', 'http proxy:8080'],
  ['HTTPS proxy:8443', 'https proxy:8443'],
  ['SOCKS proxy:1080; PROXY other:80', 'http other:80'],
  ['DIRECT; PROXY proxy:8080', 'straight'],
  ['nonsense', 'straight'],
  ['', 'straight'],
])('the system says %j: %s', async (answer, way) => {
  expect(await chosen('https://credits.example', { environment: {}, systemProxy: async () => answer })).toBe(way);
});

test('the environment counts before the system, and a system that does not know is no fault', async () => {
  expect(await chosen('https://credits.example', { environment: company, systemProxy: async () => 'DIRECT' })).toBe(
    'http proxy.company.example:3128',
  );
  const broken = (): Promise<string> => Promise.reject(new Error('no network service'));
  expect(await chosen('https://credits.example', { environment: {}, systemProxy: broken })).toBe('straight');
});
