import type { Letters } from './language-letters.ts';

/** The letters in English, the language of accounts that chose none. */
export const en: Letters = {
  greeting: 'Hello {name},',
  greetingUnknown: 'Hello,',
  footer: 'This message concerns the account {account}. Questions: {sender}',
  credits: { one: 'credit', other: 'credits' },
  low: {
    subject: 'Your balance is low: {available} left',
    text: 'Left in your wallet: {available}. When that is used, applying changes waits until there is credit again; preview, revert and reports stay free.',
  },
  empty: {
    subject: 'Your credit is used up',
    text: 'No credit is left in your wallet. Nothing was charged beyond it. Preview, revert and reports stay free.',
  },
  expiring: {
    subject: 'Expiring on {date}: {amount}',
    text: 'Expiring on {date}: {amount} ({bucket}). What expires first is used first, so that as little as possible is lost.',
  },
  invoice: {
    subject: 'Invoice {number}',
    text: 'Attached is invoice {number} of {total}: {description}.',
  },
  creditNote: {
    subject: 'Credit note {number}',
    text: 'Attached is credit note {number} of {total}: {description}.',
  },
  renewalRetried: {
    subject: 'Your renewal could not be charged',
    text: 'The renewal could not be charged: {description}, {amount} (invoice {invoice}). Nothing was charged. It is tried again on {date}; your plan and its credit stay until then. You can change the payment method in the app.',
  },
  renewalEnded: {
    subject: 'Your plan has ended',
    text: 'The renewal could not be charged again: {description}, {amount} (invoice {invoice}). Nothing was charged, the invoice is credited, and the plan has ended. Purchased credit stays. You can subscribe again at any time.',
  },
  topUpDeclined: {
    subject: 'Automatic top-up: the payment was declined',
    text: 'The automatic top-up could not be charged: {description}, {amount}. Nothing was charged and no credit was added. It is not tried again before {date}. You can change the payment method in the app, or buy by hand.',
  },
  topUpOff: {
    subject: 'Automatic top-up was turned off',
    text: 'The automatic top-up could not be charged again: {description}, {amount}. Nothing was charged and no credit was added. Automatic top-up is off now; turn it on again when another payment method is in place. Your credit stays.',
  },
  refundRefused: {
    subject: 'A refund was refused: {amount}',
    text: 'The refund of {amount} that was asked for was refused by {provider}. No money went back. The credit that it had taken is in your wallet again, as it was. If you think that is wrong, write to {provider} or to us.',
  },
  paymentKept: {
    subject: 'A payment could not be given back: {amount}',
    text: 'A payment of {amount} could not be used, nothing was granted for it, and {provider} refused to give it back. It is still yours: write to us, and we settle it.',
  },
};
