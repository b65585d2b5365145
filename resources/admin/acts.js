/**
 * What staff does to an account: each act is shown first, and carries an operation id that is made when it is shown.
 *
 * @typedef {import('../../shared/api/staff.ts').AccountDetail} AccountDetail
 * @typedef {import('../../shared/api/proposals.ts').Proposed} Proposed
 * @typedef {import('../../shared/api/billing.ts').SubscriptionQuote} SubscriptionQuote
 * What follows an act: it is done, the account is shown anew, and `said` is shown.
 * @typedef {(act: () => Promise<unknown>, said: string) => () => Promise<void>} Done
 */
import { amountField, call, confirmAct, field, form, money, pairOf, say, select, signedIn, sum, text, when } from './page.js';

/**
 * The forms of everything that this member of staff may do to an account; `reload` shows it anew once something is done.
 * @param {AccountDetail} account @param {() => Promise<unknown>} reload
 */
export function actForms(account, reload) {
  /** @type {Done} */
  const done = (act, said) => async () => {
    const { proposal, message } = /** @type {Partial<Proposed>} */ ((await act()) ?? {});
    await reload();
    // More than an owner gives alone waits for another.
    say(proposal ? `${message} (${proposal.id})` : said);
  };
  const buckets = account.policy.buckets.map(pairOf);
  const plans = account.policy.plans.map(pairOf);
  const fields = () => [
    field('bucket', 'Bucket', select(buckets)),
    field('amount', `Amount (${account.wallet.unit.code})`, amountField()),
    field('reason', 'Reason', text()),
  ];
  const direction = field('direction', 'Direction', select(Object.entries({ add: 'Add', take: 'Take back' })));
  const planFields = [
    field('action', 'What', select(['subscribe', 'change', 'cancel', 'pause', 'resume'].map((a) => [a, a]))),
    field('plan', 'Plan', select([['', 'as it is'], ...plans])),
    field(
      'interval',
      'Billed',
      select([
        ['', 'as it is'],
        ['month', 'monthly'],
        ['year', 'yearly'],
      ]),
    ),
    field('slots', 'Slots', text({ required: false, inputMode: 'numeric', pattern: '\\d*' })),
    field('reason', 'Reason', text()),
  ];
  const bought = account.purchases.map((p) => pairOf({ id: p.opId, label: `${when(p.at)}: ${p.credits} for ${money(p.paid)}` }));
  const refundFields = [
    field('purchaseId', 'Purchase', select(bought)),
    field('amount', 'Net amount (empty: all)', Object.assign(amountField(), { required: false })),
    field('reason', 'Reason', text()),
  ];
  return [
    form({
      title: 'Grant credit',
      fields: fields(),
      button: 'Review grant',
      review: (typed) => reviewCredit(account, done, 'grants', typed),
    }),
    form({
      title: 'Adjust a bucket',
      fields: [direction, ...fields()],
      button: 'Review adjustment',
      review: (typed) => reviewCredit(account, done, 'adjustments', typed),
    }),
    bought.length === 0
      ? ''
      : form({
          title: 'Refund a purchase',
          fields: refundFields,
          button: 'Review refund',
          review: (typed) => reviewRefund(account, done, typed),
        }),
    ...(bought.length > 0 && signedIn().role === 'owner' ? bankForms(account, done, bought) : []),
    plans.length === 0
      ? ''
      : form({
          title: 'Change the plan',
          fields: planFields,
          button: 'Review change',
          review: (typed) => reviewPlan(account, done, typed),
        }),
  ];
}

/**
 * @param {AccountDetail} account @param {string} opId
 */
function purchaseOf(account, opId) {
  const purchase = account.purchases.find((one) => one.opId === opId);
  if (purchase === undefined) throw new Error('This purchase is not on the page any more. Open the account again.');
  return purchase;
}

/**
 * @param {AccountDetail} account @param {Done} done @param {'grants' | 'adjustments'} kind
 * @param {{ bucket: string, amount: string, reason: string, direction?: string }} typed
 */
function reviewCredit(account, done, kind, typed) {
  const body = { opId: crypto.randomUUID(), ...typed };
  const { unit, available } = account.wallet;
  const takes = typed.direction === 'take';
  const after = sum(available, `${takes ? '-' : ''}${typed.amount}`, unit.scale);
  const label = account.policy.buckets.find((b) => b.id === typed.bucket)?.label;
  const title = takes ? `Take ${typed.amount} from ${label}` : `Add ${typed.amount} to ${label}`;
  const lines = [
    `${account.name ?? account.accountId}: available ${available} becomes ${after}.`,
    `Reason: ${typed.reason}`,
    'No money moves.',
  ];
  const act = () => call('POST', `/v1/admin/accounts/${account.accountId}/${kind}`, body);
  confirmAct(title, lines, title, done(act, `${title}: done.`));
}

/** @param {AccountDetail} account @param {Done} done @param {Record<'purchaseId' | 'amount' | 'reason', string>} typed */
function reviewRefund(account, done, { purchaseId, amount, reason }) {
  const purchase = purchaseOf(account, purchaseId);
  const { currency } = purchase.paid;
  const body = { opId: crypto.randomUUID(), purchaseId, basis: 'goodwill', reason, ...(amount && { money: { amount, currency } }) };
  const grants = account.wallet.buckets.flatMap((bucket) => bucket.grants);
  const left = grants.find((grant) => grant.id === purchase.grantId)?.available ?? '0';
  const back = amount ? `${amount} ${currency}` : `all that is left of ${money(purchase.paid)}`;
  const lines = [
    `Gives back ${back} net, with its tax, the way it was paid.`,
    `Of the ${purchase.credits} bought, the same share is taken back as far as it is unused (${left}). Used credit stays used.`,
    purchase.invoice ? `A credit note for ${purchase.invoice} is issued.` : 'The seller of record writes the credit note.',
    `Reason: ${reason}`,
  ];
  const act = () => call('POST', `/v1/admin/accounts/${account.accountId}/refunds`, body);
  confirmAct('Refund a purchase', lines, `Refund ${back}`, done(act, 'Refunded.'));
}

/**
 * @param {AccountDetail} account @param {Done} done
 * @param {Record<'action' | 'plan' | 'interval' | 'slots' | 'reason', string>} typed
 */
async function reviewPlan(account, done, { action, plan, interval, slots, reason }) {
  const chosen = { ...(plan && { plan }), ...(interval && { interval }), ...(slots && { slots: Number(slots) }) };
  const body = { opId: crypto.randomUUID(), action, ...chosen };
  const path = `/v1/admin/accounts/${account.accountId}/subscription`;
  const quote = /** @type {SubscriptionQuote} */ (await call('POST', `${path}/quote`, body));
  const lines = [
    `Takes effect ${when(quote.effectiveAt)}. To pay now, by invoice: ${money(quote.net)} net.`,
    ...quote.lines.map((line) => `${line.text}: ${money(line.net)}`),
    ...quote.grants.map((grant) => `Adds ${grant.amount} to ${grant.bucket}, until ${when(grant.expiresAt)}.`),
    `Available afterwards: ${quote.availableAfter}.`,
    `Reason: ${reason}`,
  ];
  confirmAct(
    `Plan: ${action}`,
    lines,
    `Confirm: ${action}`,
    done(() => call('POST', path, { ...body, reason }), 'The plan was changed.'),
  );
}

/**
 * What the bank decides about a payment, told here by an owner: no money is moved from here.
 * @param {AccountDetail} account @param {Done} done @param {readonly (readonly [string, string])[]} bought
 */
function bankForms(account, done, bought) {
  const fields = () => [field('purchaseId', 'Purchase', select(bought)), field('reason', 'Reason', text())];
  return [
    form({
      title: 'Record a chargeback',
      fields: fields(),
      button: 'Review chargeback',
      review: (typed) => reviewChargeback(account, done, typed),
    }),
    form({
      title: 'Record a dispute that was won',
      fields: fields(),
      button: 'Review dispute',
      review: (typed) => reviewDisputeWon(account, done, typed),
    }),
  ];
}

/** @param {AccountDetail} account @param {Done} done @param {Record<'purchaseId' | 'reason', string>} typed */
function reviewChargeback(account, done, typed) {
  const purchase = purchaseOf(account, typed.purchaseId);
  const body = { opId: crypto.randomUUID(), basis: 'chargeback', ...typed };
  const lines = [
    `The bank has taken back what is left of ${money(purchase.paid)} net. Nothing more is paid out from here.`,
    `The ${purchase.credits} bought with it are taken back. What was used already stands as a shortfall.`,
    purchase.invoice ? `A credit note for ${purchase.invoice} is issued.` : 'The seller of record writes the credit note.',
    `Reason: ${typed.reason}`,
  ];
  const act = () => call('POST', `/v1/admin/accounts/${account.accountId}/refunds`, body);
  confirmAct('Record a chargeback', lines, 'Record the chargeback', done(act, 'The chargeback was recorded.'));
}

/** @param {AccountDetail} account @param {Done} done @param {Record<'purchaseId' | 'reason', string>} typed */
function reviewDisputeWon(account, done, typed) {
  const purchase = purchaseOf(account, typed.purchaseId);
  const body = { opId: crypto.randomUUID(), ...typed };
  const lines = [
    `The bank has given ${money(purchase.paid)} net back to us after a chargeback.`,
    'The credit that the chargeback took returns, its shortfall is struck, and what the credit note took off is billed again.',
    `Reason: ${typed.reason}`,
  ];
  const act = () => call('POST', `/v1/admin/accounts/${account.accountId}/disputes-won`, body);
  confirmAct('Record a dispute that was won', lines, 'Record the dispute', done(act, 'The dispute was recorded.'));
}
