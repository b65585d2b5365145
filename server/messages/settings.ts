/** How e-mail leaves, by environment only. The address of the SMTP server holds its password: it is never logged and never part of an error. */
export interface MailSettings {
  readonly url: string;
  /** null: the issuer's own address. */
  readonly from: string | null;
}

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
