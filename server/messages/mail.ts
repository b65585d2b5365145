/** E-mail by SMTP. What fails is told without the server's address or password. */
import { createTransport, type Transporter } from 'nodemailer';
import type pg from 'pg';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { loadCustomer } from '../billing/customer.ts';
import type { Drawing } from '../billing/invoices/drawing.ts';
import { loadInvoice } from '../billing/invoices/invoices.ts';
import type { Issuer } from '../billing/issuer.ts';
import type { Told } from '../outbox.ts';
import { write } from './letters/letters.ts';
import type { MailSettings } from './settings.ts';
import { DeliveryTrouble } from './webhook.ts';

const PATIENCE_MS = 15_000;

interface MailParts {
  readonly pool: pg.Pool;
  /** Whose letters these are. */
  readonly issuer: Issuer;
  /** Draws the invoices that go with them. */
  readonly drawing: Drawing;
}

/** Sends letters by SMTP. */
export class Mailer {
  readonly #parts: MailParts;
  readonly #address: string;
  readonly #transport: Transporter;

  constructor({ url, from }: MailSettings, parts: MailParts) {
    const patience = { connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS };
    this.#parts = parts;
    this.#address = from ?? parts.issuer.email;
    this.#transport = createTransport({ url, ...patience, disableFileAccess: true, disableUrlAccess: true });
  }

  /** Resolves when the mail server has taken it. Throws DeliveryTrouble. */
  async send(told: Told): Promise<void> {
    const { pool, issuer } = this.#parts;
    const address = this.#address;
    const customer = await loadCustomer(pool, told.accountId);
    const letter = write(told, customer, address);
    if (letter === null || customer.email === null) throw new DeliveryTrouble('there is nobody to write to', true);
    const attachments = letter.attach === null ? [] : [await this.#attached(letter.attach, told.accountId)];
    await this.#transport
      .sendMail({
        from: { name: issuer.name, address },
        to: { name: customer.name ?? '', address: customer.email },
        subject: letter.subject,
        text: letter.text,
        attachments,
        // The same for the same event: a mailbox that gets it twice after a crash can tell.
        messageId: `<${told.eventId}@${address.split('@')[1]}>`,
        date: new Date(told.at),
        headers: { 'auto-submitted': 'auto-generated', 'content-language': customer.language },
      })
      .catch((error: { responseCode?: number }) => {
        throw troubleOf(error.responseCode);
      });
  }

  close(): void {
    this.#transport.close();
  }

  async #attached(number: string, accountId: AccountId) {
    const { pool, drawing } = this.#parts;
    const document = await loadInvoice(pool, accountId, number);
    return { filename: `${number}.pdf`, content: await drawing.draw(document, 'pdf'), contentType: 'application/pdf' };
  }
}

/** 4xx passes, and so does a server that is not there; 550 to 553 say that there is no such mailbox. */
function troubleOf(code: number | undefined): DeliveryTrouble {
  if (code === undefined) return new DeliveryTrouble('the mail server is not reachable');
  return new DeliveryTrouble(`the mail server answered ${code}`, code >= 550 && code <= 553);
}
