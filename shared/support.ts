/** PS-06: support is reached by mail with a prepared subject line, so that an answer can begin where the question ends. */
import type { AccountId } from './credits/model/quantities.ts';

const SUPPORT_ADDRESS = 'support@backlot.example';
/** As the service's own help names it. */
const SUPPORT_SUBJECT = 'Credits - Help Center';

/** A prepared mail to support, as a link and in its parts for whoever has no mail program. */
interface SupportLink {
  readonly address: string;
  readonly subject: string;
  /** mailto: with the subject (RFC 6068). */
  readonly link: string;
}

/** Whom the subject names, so that support need not ask. */
export interface Customer {
  readonly accountId: AccountId;
  /** As people know it; null: none. */
  readonly plan: string | null;
}

/**
 * @param customer null while nobody is known: then the subject says what it is about and not whom
 * @param text what the mail begins with; empty: nothing
 */
export function supportLink(customer: Customer | null, text = ''): SupportLink {
  const whom = customer === null ? '' : ` (account ${customer.accountId}, ${customer.plan === null ? 'no plan' : `plan ${customer.plan}`})`;
  const subject = `${SUPPORT_SUBJECT}${whom}`;
  return {
    address: SUPPORT_ADDRESS,
    subject,
    link: `mailto:${SUPPORT_ADDRESS}?subject=${encodeURIComponent(subject)}${text === '' ? '' : `&body=${encodeURIComponent(text)}`}`,
  };
}
