/** The letters of one language. {names} are filled in; a test holds that all languages name the same. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** Every letter that the server sends. Missing one does not compile. */
export interface Letters {
  readonly greeting: string;
  readonly greetingUnknown: string;
  /** Below every letter. */
  readonly footer: string;
  /** After an amount in credits; a currency stands by its own code. */
  readonly credits: Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;
  readonly low: Letter;
  readonly empty: Letter;
  readonly expiring: Letter;
  readonly invoice: Letter;
  readonly creditNote: Letter;
  readonly renewalRetried: Letter;
  readonly renewalEnded: Letter;
  readonly topUpDeclined: Letter;
  readonly topUpOff: Letter;
  readonly refundRefused: Letter;
  readonly paymentKept: Letter;
}
