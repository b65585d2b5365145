/** The company's network: through which proxy a server is reached, and which authorities may vouch for it. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { SYSTEM_PROXY_WITHIN_MS } from './limits.ts';

/** What decides how a server is reached. */
export interface Network {
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are read from here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the system says for an address, as a browser's PAC answer: "PROXY proxy:8080; DIRECT". Asked only where the environment names none. */
  readonly systemProxy?: (address: string) => Promise<string>;
}

/** As axios takes it. */
export interface ProxyServer {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly auth?: { readonly username: string; readonly password: string };
}

/** Without its user, for people. */
export const nameOf = ({ host, port }: ProxyServer): string => `${host}:${port}`;

/** Null: straight. A server on this machine is never reached through a proxy. */
export async function proxyFor(address: string, { environment, systemProxy }: Network): Promise<ProxyServer | null> {
  const url = new URL(address);
  if (isLoopback(url.hostname)) return null;
  const read = (name: string): string => (environment[name.toLowerCase()] || environment[name] || '').trim();
  const named = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY');
  if (named !== '') return isExcepted(url, read('NO_PROXY')) ? null : proxyNamed(named);
  return systemProxy === undefined
    ? null
    : proxyIn(await Promise.race([systemProxy(address).catch(() => 'DIRECT'), straightAfter(SYSTEM_PROXY_WITHIN_MS)]));
}

const straightAfter = (ms: number): Promise<string> =>
  new Promise((resolve) => AbortSignal.timeout(ms).addEventListener('abort', () => resolve('DIRECT'), { once: true }));

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** "proxy.example:3128", "http://user:word@proxy.example:3128". Null when it is not an address that can be used. */
function proxyNamed(text: string): ProxyServer | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const auth = { username: unescaped(url.username), password: unescaped(url.password) };
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (protocol === 'https' ? 443 : 80),
    ...(url.username === '' ? {} : { auth }),
  };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first way of a PAC answer that is a proxy of HTTP; null: straight, or nothing that can be used. */
function proxyIn(answer: string): ProxyServer | null {
  for (const way of answer.split(';')) {
    const [kind = '', where = ''] = way.trim().split(/\s+/);
    if (/^direct$/i.test(kind)) return null;
    if (/^(?:proxy|http)$/i.test(kind)) return proxyNamed(`http://${where}`);
    if (/^https$/i.test(kind)) return proxyNamed(`https://${where}`);
  }
  return null;
}

/** NO_PROXY: names with everything below them, with or without a leading dot or star, a port when one is given; a star alone is everything. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const at = port || (protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, onPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
      if (onPort !== undefined && onPort !== at) return false;
      const below = name.replace(/^\*?\./, '');
      return host === below || host.endsWith(`.${below}`);
    });
}

/** Verifies servers by the authorities that came with Node, those of the system, and those of NODE_EXTRA_CA_CERTS. */
export function verifyingAgent({ environment }: Network): HttpsAgent {
  const named = environment['NODE_EXTRA_CA_CERTS'];
  const ca = new Set([...stored('default'), ...stored('system'), ...(named ? certificatesIn(named) : [])]);
  return new HttpsAgent(ca.size === 0 ? {} : { secureContext: tls.createSecureContext({ ca: [...ca] }) });
}

/** Nothing where the store cannot be read: what else is known still counts. */
function stored(which: 'default' | 'system'): readonly string[] {
  try {
    return tls.getCACertificates(which);
  } catch {
    return [];
  }
}

function certificatesIn(path: string): readonly string[] {
  try {
    return (readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).filter(isCertificate);
  } catch {
    return [];
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
