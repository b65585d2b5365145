/**
 * Coming back from a provider's page in the browser (GS-16): `backlot://return/<page>` names the page one left. Anything else that
 * arrives under the app's scheme is not followed.
 */
export const RETURN_PAGES = ['studio', 'wallet', 'buy', 'plans', 'history', 'invoices', 'usage', 'reports', 'settings'] as const;
/** A page of the app that a provider's page may lead back to. */
export type ReturnPage = (typeof RETURN_PAGES)[number];

/** The scheme that the operating system hands to this app. */
export const SCHEME = 'backlot';

/** What became of the visit: `paid` only says what the provider's page said; the wallet tells when it is so. */
export const RETURN_OUTCOMES = ['paid', 'left', 'portal'] as const;
/** How the visit to the provider's page ended, as that page said it. */
export type ReturnOutcome = (typeof RETURN_OUTCOMES)[number];

/** Whether a text from outside names a page that may be gone back to. */
export const isReturnPage = (text: string): text is ReturnPage => (RETURN_PAGES as readonly string[]).includes(text);
/** Whether a text from outside is an outcome that a link may carry. */
export const isReturnOutcome = (text: string): text is ReturnOutcome => (RETURN_OUTCOMES as readonly string[]).includes(text);

/** The deep link that the provider's page goes back by; `readReturnLink` reads it. */
export const returnLink = (page: ReturnPage, outcome: ReturnOutcome): string => `${SCHEME}://return/${page}?outcome=${outcome}`;

const LINK = /^backlot:\/\/return\/([a-z]{1,20})\/?(?:\?outcome=([a-z]{1,10}))?$/;

/** What a deep link says once it was read. */
export interface ReturnLink {
  readonly page: ReturnPage;
  /** null: the link does not say. */
  readonly outcome: ReturnOutcome | null;
}

/** The page that a deep link names; null for every link that is not exactly one of ours. */
export function readReturnLink(link: string): ReturnLink | null {
  const [, page = '', outcome] = LINK.exec(link) ?? [];
  if (!isReturnPage(page)) return null;
  if (outcome === undefined) return { page, outcome: null };
  return isReturnOutcome(outcome) ? { page, outcome } : null;
}
