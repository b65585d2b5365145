/** What is told to the outside: e-mail and webhooks. */
import type { Drawing } from '../billing/invoices/drawing.ts';
import type { Issuer } from '../billing/issuer.ts';
import { Deliveries } from '../messages/deliveries.ts';
import { Endpoints, sealSecrets } from '../messages/endpoints.ts';
import { Follower } from '../messages/follower.ts';
import { Mailer } from '../messages/mail.ts';
import { Messenger, sayWhetherMail } from '../messages/messenger.ts';
import { Targets } from '../messages/targets.ts';
import type { Foundation } from './foundation.ts';
import type { LedgerParts } from './ledger.ts';
import type { Undo } from './undo.ts';

/** What an open server sends to the outside by itself. */
export interface MessageParts {
  readonly messenger: Messenger;
  readonly endpoints: Endpoints;
}

/** Seals what an earlier server left readable, and puts the messenger together. It begins with the first write, or the first chore. */
export async function openMessages(
  { options, db, clock, vault }: Foundation,
  { ledger, storage }: Pick<LedgerParts, 'ledger' | 'storage'>,
  letters: { readonly issuer: Issuer; readonly drawing: Drawing },
  undo: Undo,
): Promise<MessageParts> {
  const { pool } = db;
  const mailer = options.mail && undo.beside('mailer', new Mailer(options.mail, { pool, ...letters }), (opened) => opened.close());
  await sayWhetherMail(pool, mailer !== null);
  const targets = new Targets(options.webhooks.allowPrivate);
  await sealSecrets(pool, vault);
  const deliveries = new Deliveries({ pool, clock, mail: mailer && ((told) => mailer.send(told)), targets, vault });
  const follower = new Follower({ ledger, storage, pool, background: db.background, clock, mail: mailer !== null });
  return {
    messenger: undo.beside('messenger', new Messenger(follower, deliveries), (opened) => opened.close()),
    endpoints: new Endpoints({ ledger, pool, clock, targets, vault }),
  };
}
