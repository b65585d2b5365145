/** Whose page is ours, and what it may load. Pure, so that the rules themselves can be tested without a window. */
export const appOrigin = 'app://backlot';

/** True for documents of the app's own bundle; the dev server's only while one is given (never in a packaged app). */
export function isOurPage(address: string, devServer: string | null): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.protocol === 'app:' && url.host === 'backlot' && url.username === '' && url.port === '') return true;
  return devServer !== null && url.origin === new URL(devServer).origin;
}

/**
 * The page's content security policy. Scripts only from the bundle, pictures only from us, no network at all.
 * Style attributes and elements written by our components (radix positions its popovers that way) need `unsafe-inline`
 * for styles; scripts never get it. In development Vite's client needs its inline preamble and its socket.
 */
export function contentSecurityPolicy(devServer: string | null): string {
  const dev = devServer === null ? null : new URL(devServer);
  const scripts = dev ? `'self' 'unsafe-inline'` : `'self'`;
  const connections = dev ? `'self' photo: ws://${dev.host}` : `'self' photo:`;
  return [
    `default-src 'none'`,
    `script-src ${scripts}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' photo: data: blob:`,
    `font-src 'self'`,
    `connect-src ${connections}`,
    `worker-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ');
}

/** The dev server's address, or null. Only loopback counts, and a packaged app never has one. */
export function devServerFrom(environment: Readonly<Record<string, string | undefined>>, packaged: boolean): string | null {
  const address = environment['ELECTRON_RENDERER_URL'];
  if (packaged || address === undefined) return null;
  try {
    const url = new URL(address);
    const loopback = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]';
    return loopback && url.protocol === 'http:' ? url.origin : null;
  } catch {
    return null;
  }
}

/** Where external pages are. The page names a link; it never gives an address. Support's is made in shared/support.ts. */
export const links = { website: 'https://backlot.example/' } as const;
