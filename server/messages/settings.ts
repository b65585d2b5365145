import { KEY_BYTES } from '../identity/vault.ts';

/** How e-mail leaves, by environment only. The address of the SMTP server holds its password: it is never logged and never part of an error. */
export interface MailSettings {
  readonly url: string;
  /** null: the issuer's own address. */
  readonly from: string | null;
}

/** The part of the server's help that is about e-mail. */
export const MAIL_USAGE = `environment, for e-mail (never logged)
  SMTP_URL     smtp://name:password@host:587 or smtps://…; without it no e-mail is sent
  MAIL_FROM    who writes; default: the issuer's own address`;

/** Throws with the sentence to show; the sentence never holds a value. */
export function readMail(env: Readonly<Record<string, string | undefined>>): MailSettings | null {
  const url = env['SMTP_URL'];
  if (!url) return null;
  const parsed = URL.parse(url);
  if (!parsed || !['smtp:', 'smtps:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new Error('SMTP_URL is not the address of an SMTP server. Write it like smtp://name:password@host:587.');
  const from = env['MAIL_FROM'] || null;
  if (from !== null && !/^[^\s@<>]+@[^\s@<>]+$/.test(from)) throw new Error('MAIL_FROM is not an e-mail address.');
  return { url, from };
}

/** How webhooks leave, by environment only. */
export interface WebhookSettings {
  /** Whether webhooks may go into private and loopback address space. */
  readonly allowPrivate: boolean;
  /** What seals their secrets in the database, the newest first; empty: a key of the data folder's own. */
  readonly keys: readonly Buffer[];
}

/** The part of the server's help that is about webhooks. */
export const WEBHOOK_USAGE = `environment, for webhooks to accounts
  BACKLOT_WEBHOOKS_PRIVATE   allow: into private networks and to this machine as well; default: the public internet only
  BACKLOT_VAULT_KEYS         what seals their secrets in the database: 32 bytes in base64 (openssl rand -base64 32), the newest first,
                             separated by commas; default: a key made from the data folder's server-secret. Never logged`;

/** Throws with the sentence to show; the sentence never holds a value. */
export function readWebhooks(env: Readonly<Record<string, string | undefined>>): WebhookSettings {
  const allow = env['BACKLOT_WEBHOOKS_PRIVATE'] || 'deny';
  if (allow !== 'allow' && allow !== 'deny') throw new Error('BACKLOT_WEBHOOKS_PRIVATE is allow or deny. The server was not started.');
  const keys = (env['BACKLOT_VAULT_KEYS'] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => Buffer.from(text, 'base64'));
  if (keys.some((key) => key.length !== KEY_BYTES))
    throw new Error(
      'BACKLOT_VAULT_KEYS holds a key that is not 32 bytes in base64. Make one with: openssl rand -base64 32. The server was not started.',
    );
  return { allowPrivate: allow === 'allow', keys };
}
