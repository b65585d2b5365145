/** What a purchase on the page came to; its receipt shows it. */
export interface Bought {
  readonly credits: string;
  readonly invoice: string | null;
  /** It is paid on the provider's page. */
  readonly inBrowser: boolean;
}
