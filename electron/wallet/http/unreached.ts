/** Why no answer came, in words: what stood in the way, and what to do about it. */
import { isAxiosError } from 'axios';

/** By which way a server was tried. */
export interface Route {
  /** The server's name, as people know it. */
  readonly host: string;
  /** The proxy on the way, without its user; null: none. */
  readonly proxy: string | null;
}

/** Never more than one sentence about the cause and one about the way out; nothing of it is a secret. */
export function reasonOf(error: unknown, route: Route): string {
  const code = codeOf(error);
  const certificate = certificateFault(code, error, route.host);
  if (certificate !== null) return certificate;
  switch (code) {
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
    case 'ERR_CANCELED':
      return 'The credit server did not answer in time.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return route.proxy === null
        ? 'The credit server was not found. Check the network.'
        : `The proxy ${route.proxy} was not found. Check the network, or the proxy’s address.`;
    case 'ECONNREFUSED':
      return route.proxy === null
        ? 'The credit server is not running.'
        : `The proxy ${route.proxy} does not answer. Check the proxy’s address.`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `What answers at ${route.host} does not speak HTTPS. Check the server’s address, or sign in to the guest network first.`;
    default:
      return 'The credit server cannot be reached.';
  }
}

/** The code of the fault at the root: axios and the tunnel wrap it. */
export function codeOf(error: unknown): string {
  for (let fault: unknown = error, depth = 0; fault instanceof Error && depth < 5; fault = fault.cause, depth += 1) {
    const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
    if (code !== '' && code !== 'ERR_NETWORK' && !(isAxiosError(fault) && code === 'ERR_BAD_REQUEST' && fault.cause !== undefined))
      return code;
  }
  return '';
}

const untrusted: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_UNTRUSTED',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'CERT_REJECTED',
]);

const theWayOut =
  'If it is your company’s, add its authority to the certificates of this computer, or name the file in NODE_EXTRA_CA_CERTS, and start Backlot again. On a guest network, sign in to it first.';

/** Null when it is not about a certificate. Before one is accepted nothing is sent, so nothing was. */
export function certificateFault(code: string, error: unknown, host: string): string | null {
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT')
    return `The certificate of ${host} is not trusted: it is signed by itself. Nothing was sent. ${theWayOut}`;
  if (untrusted.has(code))
    return `The certificate of ${host} is not trusted: this computer does not know the authority that signed it. Nothing was sent. ${theWayOut}`;
  if (code === 'CERT_HAS_EXPIRED')
    return `The certificate of ${host} has expired. Nothing was sent. Whoever runs the server has to renew it; if others reach it, check the date of this computer.`;
  if (code === 'CERT_NOT_YET_VALID')
    return `The certificate of ${host} is not valid yet. Nothing was sent. Check the date of this computer; if it is right, ask whoever runs the server.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    const other = nameIn(error);
    return `The certificate of ${host} is for another name${other === null ? '' : `, ${other}`}. Nothing was sent. Check the server’s address, or sign in to the guest network first.`;
  }
  if (code === 'CERT_REVOKED') return `The certificate of ${host} was revoked. Nothing was sent. Ask whoever runs the server.`;
  if (code.startsWith('CERT_') || code.startsWith('CRL_') || code.startsWith('ERR_TLS_CERT'))
    return `The certificate of ${host} was not accepted (${code}). Nothing was sent. ${theWayOut}`;
  return null;
}

/** Whom the certificate that came is for; only what a host name may consist of is repeated. */
function nameIn(error: unknown): string | null {
  for (let fault: unknown = error, depth = 0; fault instanceof Error && depth < 5; fault = fault.cause, depth += 1) {
    const named = 'cert' in fault ? (fault.cert as { subject?: { CN?: unknown } } | null)?.subject?.CN : undefined;
    if (typeof named === 'string' && /^[\w.*-]{1,100}$/.test(named)) return named;
  }
  return null;
}
