/**
 * Coming back from a provider's page in the browser (GS-16): `backlot://return/<page>` names the page one left. Anything else that
 * arrives under the app's scheme is not followed.
 */
export const RETURN_PAGES = ['studio', 'wallet', 'buy', 'plans', 'history', 'invoices', 'usage', 'reports', 'settings'] as const;
export type ReturnPage = (typeof RETURN_PAGES)[number];

export const SCHEME = 'backlot';

/** What became of the visit: `paid` only says what the provider's page said; the wallet tells when it is so. */
export const RETURN_OUTCOMES = ['paid', 'left', 'portal'] as const;
export type ReturnOutcome = (typeof RETURN_OUTCOMES)[number];

export const isReturnPage = (text: string): text is ReturnPage => (RETURN_PAGES as readonly string[]).includes(text);
export const isReturnOutcome = (text: string): text is ReturnOutcome => (RETURN_OUTCOMES as readonly string[]).includes(text);

export const returnLink = (page: ReturnPage, outcome: ReturnOutcome): string => `${SCHEME}://return/${page}?outcome=${outcome}`;

const LINK = /^backlot:\/\/return\/([a-z]{1,20})\/?(?:\?outcome=([a-z]{1,10}))?$/;

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
