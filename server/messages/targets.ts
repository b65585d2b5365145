/**
 * Where this server may send webhooks: an account names the address, so it could name a machine next to the server's own. Unless the server is
 * configured for it, nothing is sent into private, loopback or reserved address space; a name is looked at each time it is resolved, at the connection itself.
 */
import { lookup as resolve } from 'node:dns';
import { lookup as ask } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Refusal } from '../problems.ts';

/** IANA's special-purpose registries (RFC 6890 and its successors): everything that is not on the public internet. */
const IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 only global unicast is public; inside of it, what carries IPv4 addresses or is reserved is not. */
const PUBLIC_IPV6 = ['2000::', 3] as const;
const IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [net, bits] of IPV4) special.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of IPV6) special.addSubnet(net, bits, 'ipv6');
const unicast = new BlockList();
unicast.addSubnet(...PUBLIC_IPV6, 'ipv6');

/** Whether this IP address, as a resolver writes it, is on the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !special.check(address, 'ipv4');
  // An IPv4 address written as IPv6 is none of the global ones.
  return isIP(address) === 6 && unicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

const PATIENCE_MS = 2000;

/** A connection that was refused because it would have led into a private network. */
export class PrivateAddress extends Error {}

/** Judges addresses, when they are given and again when they are connected to. */
export class Targets {
  readonly #allowPrivate: boolean;

  constructor(allowPrivate: boolean) {
    this.#allowPrivate = allowPrivate;
  }

  /**
   * The address to store. Throws `invalid_url` for what is no https address (http where private targets are allowed, on this machine), and
   * `private_address` for what leads into a private network as far as can be said now. A name that does not resolve yet is taken.
   */
  async accept(text: string): Promise<string> {
    const url = URL.parse(text);
    const loopback = url !== null && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(url.hostname);
    const allowed = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback));
    // Names and passwords would be stored readable and sent along.
    if (!allowed || url.username !== '' || url.password !== '')
      throw new Refusal(
        'invalid_url',
        'An endpoint is an https address without a name or password in it, or http on this machine where the server allows that. Nothing was written.',
      );
    if (this.#allowPrivate) return url.href;
    const addresses = await addressesOf(hostOf(url));
    const closed = addresses.find((address) => !isPublic(address));
    if (closed !== undefined)
      throw new Refusal(
        'private_address',
        `${url.hostname} leads to ${closed}, which is not on the public internet, so nothing would be sent there. Nothing was written. A server that is to reach its own network is started with BACKLOT_WEBHOOKS_PRIVATE=allow.`,
        { address: closed },
      );
    return url.href;
  }

  /** Throws PrivateAddress for an IP address in the URL itself: those are connected to without being resolved. */
  check(url: URL): void {
    const host = hostOf(url);
    if (!this.#allowPrivate && isIP(host) !== 0 && !isPublic(host)) throw new PrivateAddress();
  }

  /** What a connection resolves its name with: whatever else the name is said to be, it is connected to what was looked at here. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      if (!this.#allowPrivate && addresses.some(({ address }) => !isPublic(address))) return done(new PrivateAddress(), '');
      if (options.all) return done(null, addresses);
      const [first] = addresses;
      return done(null, first?.address ?? '', first?.family);
    });
  };
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Empty when it does not resolve in time: it is resolved anew before anything is sent. */
async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const patience = new Promise<[]>((give) => setTimeout(give, PATIENCE_MS, []).unref());
  const found = await Promise.race([ask(host, { all: true }).catch(() => []), patience]);
  return found.map(({ address }) => address);
}
