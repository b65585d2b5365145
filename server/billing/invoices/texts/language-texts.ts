/** The texts of one language. {names} are filled in; a test holds that all languages name the same. */
export interface Texts {
  /** BCP 47, for dates, figures and countries. */
  readonly locale: string;
  readonly invoice: string;
  readonly 'credit-note': string;
  readonly number: string;
  readonly date: string;
  readonly due: string;
  readonly account: string;
  /** Of a credit note: the invoice that it credits. */
  readonly credits: string;
  /** Of an invoice: the one whose credited amount it bills again. */
  readonly concerns: string;
  readonly billTo: string;
  readonly accountHolder: string;
  readonly vatId: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly net: string;
  readonly total: string;
  readonly page: string;
  readonly tax: { readonly standard: string; readonly 'reverse-charge': string; readonly none: string };
  /** What the law wants said below the totals. */
  readonly notes: { readonly 'reverse-charge': string; readonly none: string };
  readonly payment: {
    readonly paid: string;
    readonly open: string;
    readonly openTo: string;
    readonly charged: string;
    /** It comes to nothing. */
    readonly nothing: string;
    readonly returned: string;
  };
  readonly lines: {
    readonly credits: string;
    readonly balance: string;
    readonly until: string;
    readonly refundOfCredits: string;
    readonly refundOfBalance: string;
    readonly restored: string;
    readonly period: string;
    readonly plan: string;
    readonly 'unused-time': string;
    readonly 'earlier-credit': string;
    readonly carried: string;
    readonly 'paid-out': string;
  };
}
