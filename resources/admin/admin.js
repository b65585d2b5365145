/**
 * The administrators' page. The token lives in memory only. Every act is shown before it is done, and carries an operation id that is made when
 * it is shown: confirming again after a broken connection does it once.
 */
import { $, amountField, call, confirmAct, el, form, guarded, money, say, select, session, sum, table, text, when } from './page.js';

// Accounts

async function findAccounts(query, before = '', earlier = []) {
  const { accounts, next } = await call('GET', `/v1/admin/accounts?query=${encodeURIComponent(query)}${before && `&before=${before}`}`);
  const all = [...earlier, ...accounts];
  const rows = all.map((one) => [
    el('button', { type: 'button', onclick: guarded(() => showAccount(one.accountId)) }, one.accountId),
    one.name,
    one.email,
    one.country,
    when(one.createdAt),
  ]);
  const more = next && el('button', { type: 'button', onclick: guarded(() => findAccounts(query, next, all)) }, 'More');
  $('found').replaceChildren(table('Accounts found', ['Account', 'Name', 'Email', 'Country', 'Since'], rows), more || '');
}

async function showAccount(accountId) {
  const account = await call('GET', `/v1/admin/accounts/${accountId}`);
  const { wallet, subscription } = account;
  const title = el('h3', { tabIndex: -1 }, `${account.name ?? 'No name'} · ${accountId}`);
  const buckets = wallet.buckets.map((b) => [b.label, b.available, b.held, when(b.nextExpiry), b.nextExpiryAmount]);
  const plan = subscription.plan ? `${subscription.plan.label}, ${subscription.status}, until ${when(subscription.periodEnd)}` : 'No plan';
  $('account').replaceChildren(
    title,
    el('p', {}, `${account.email ?? 'No email'} · ${account.policy.label}, version ${account.policy.version} · ${plan}`),
    el('p', {}, `Available ${wallet.available}, held ${wallet.held} (${wallet.unit.code}).`),
    table('Wallet by bucket, in draw order', ['Bucket', 'Available', 'Held', 'Next expiry', 'Of that'], buckets),
    table(
      'Purchases',
      ['When', 'Operation', 'Credit', 'Paid', 'Invoice'],
      account.purchases.map((p) => [when(p.at), p.opId, p.credits, money(p.paid), p.invoice]),
    ),
    ...(session.staff.role === 'read-only' ? [] : actForms(account)),
  );
  title.focus();
}

const done = (account, said) => async () => {
  await said.act();
  await showAccount(account.accountId);
  say(said.text);
};

function actForms(account) {
  const buckets = account.policy.buckets.map(({ id, label }) => [id, label]);
  const plans = account.policy.plans.map(({ id, label }) => [id, label]);
  const fields = () => [
    ['bucket', 'Bucket', select(buckets)],
    ['amount', `Amount (${account.wallet.unit.code})`, amountField()],
    ['reason', 'Reason', text()],
  ];
  const direction = ['direction', 'Direction', select(Object.entries({ add: 'Add', take: 'Take back' }))];
  const planFields = [
    ['action', 'What', select(['subscribe', 'change', 'cancel', 'pause', 'resume'].map((a) => [a, a]))],
    ['plan', 'Plan', select([['', 'as it is'], ...plans])],
    [
      'interval',
      'Billed',
      select([
        ['', 'as it is'],
        ['month', 'monthly'],
        ['year', 'yearly'],
      ]),
    ],
    ['slots', 'Slots', text({ required: false, inputMode: 'numeric', pattern: '\\d*' })],
  ];
  const bought = account.purchases.map((p) => [p.opId, `${when(p.at)}: ${p.credits} for ${money(p.paid)}`]);
  const refundFields = [
    ['purchaseId', 'Purchase', select(bought)],
    ['amount', 'Net amount (empty: all)', Object.assign(amountField(), { required: false })],
    ['reason', 'Reason', text()],
  ];
  return [
    form('Grant credit', fields(), 'Review grant', (typed) => reviewCredit(account, 'grants', typed)),
    form('Adjust a bucket', [direction, ...fields()], 'Review adjustment', (typed) => reviewCredit(account, 'adjustments', typed)),
    bought.length === 0 ? '' : form('Refund a purchase', refundFields, 'Review refund', (typed) => reviewRefund(account, typed)),
    plans.length === 0 ? '' : form('Change the plan', planFields, 'Review change', (typed) => reviewPlan(account, typed)),
  ];
}

function reviewCredit(account, kind, typed) {
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
  confirmAct(title, lines, title, done(account, { act, text: `${title}: done.` }));
}

function reviewRefund(account, { purchaseId, amount, reason }) {
  const purchase = account.purchases.find((one) => one.opId === purchaseId);
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
  confirmAct('Refund a purchase', lines, `Refund ${back}`, done(account, { act, text: 'Refunded.' }));
}

async function reviewPlan(account, { action, plan, interval, slots }) {
  const chosen = { ...(plan && { plan }), ...(interval && { interval }), ...(slots && { slots: Number(slots) }) };
  const body = { opId: crypto.randomUUID(), action, ...chosen };
  const path = `/v1/admin/accounts/${account.accountId}/subscription`;
  const quote = await call('POST', `${path}/quote`, body);
  const lines = [
    `Takes effect ${when(quote.effectiveAt)}. To pay now, by invoice: ${money(quote.net)} net.`,
    ...quote.lines.map((line) => `${line.text}: ${money(line.net)}`),
    ...quote.grants.map((grant) => `Adds ${grant.amount} to ${grant.bucket}, until ${when(grant.expiresAt)}.`),
    `Available afterwards: ${quote.availableAfter}.`,
  ];
  confirmAct(
    `Plan: ${action}`,
    lines,
    `Confirm: ${action}`,
    done(account, { act: () => call('POST', path, body), text: 'The plan was changed.' }),
  );
}

// Reports, audit log, policies

async function showReports() {
  const reports = await call('GET', '/v1/admin/reports');
  if (reports.length === 0) return $('queue').replaceChildren(el('p', {}, 'No report waits for an answer.'));
  $('queue').replaceChildren(...reports.map(reportPanel));
}

function reportPanel(report) {
  const about = `${when(report.at)} · ${report.state} · ${report.photo} · “${report.note}”`;
  const panel = el('article', {}, el('h3', {}, `Report ${report.id}`), el('p', {}, about));
  const open = () => {
    openSection('accounts');
    return showAccount(report.accountId);
  };
  const answer = async () => {
    const { policy } = await call('GET', `/v1/admin/accounts/${report.accountId}`);
    buttons.replaceWith(answerForm(report, policy.buckets));
    panel.querySelector('select').focus();
  };
  const buttons = el('div', { className: 'row' }, el('button', { type: 'button', onclick: guarded(open) }, 'Open account'));
  if (session.staff.role !== 'read-only') buttons.append(el('button', { type: 'button', onclick: guarded(answer) }, 'Answer'));
  panel.append(buttons);
  return panel;
}

function answerForm(report, buckets) {
  const states = Object.entries({ corrected: 'Corrected', declined: 'Declined', in_progress: 'In progress' });
  const fields = [
    ['state', 'Answer', select(states)],
    ['answer', 'Words to the customer', text({ maxLength: 2000 })],
    ['bucket', 'Grant back to', select([['', 'nothing'], ...buckets.map(({ id, label }) => [id, label])])],
    ['amount', 'Amount', Object.assign(amountField(), { required: false })],
  ];
  return form(`Answer report ${report.id}`, fields, 'Review answer', ({ state, answer, bucket, amount }) => {
    if ((bucket === '') !== (amount === '')) throw new Error('To grant credit back, name both the bucket and the amount.');
    const body = { opId: crypto.randomUUID(), state, answer, ...(bucket && { grantBack: { bucket, amount } }) };
    const gift = bucket ? `${amount} are granted back to ${bucket}, once for this report.` : 'Nothing is granted back.';
    confirmAct(`Answer: ${state}`, [`The customer reads: “${answer}”`, gift], 'Send answer', async () => {
      await call('POST', `/v1/admin/reports/${report.id}/resolve`, body);
      await showReports();
      say('The report was answered.');
    });
  });
}

/** {a: {b: 1}} as [['a.b', '1']]. */
function flat(value, path = '') {
  if (value === null || typeof value !== 'object') return value === null ? [] : [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, path ? `${path}.${name}` : name));
}
const listed = (lines) => el('ul', {}, ...lines.map((line) => el('li', {}, line)));

/** Only what became different. */
function changes(before, after) {
  const [was, is] = [new Map(flat(before)), new Map(flat(after))];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => name !== 'seq' && was.get(name) !== is.get(name));
  return names.map((name) => `${name}: ${was.get(name) ?? 'none'} becomes ${is.get(name) ?? 'none'}`);
}

async function showAudit(before = '', earlier = []) {
  const { acts, next } = await call('GET', `/v1/admin/audit?limit=50${before && `&before=${before}`}`);
  const all = [...earlier, ...acts];
  const rows = all.map((a) => [
    when(a.at),
    `${a.staff.name} (${a.staff.role})`,
    a.action,
    a.accountId,
    listed(flat(a.detail).map(([name, value]) => `${name}: ${value}`)),
    listed(changes(a.before, a.after)),
  ]);
  const head = ['When', 'Who', 'What', 'Account', 'Asked', 'Changed'];
  const more = next && el('button', { type: 'button', onclick: guarded(() => showAudit(next, all)) }, 'Earlier');
  $('acts').replaceChildren(table('What staff did', head, rows), more || '');
}

async function showPolicies() {
  const policies = await call('GET', '/v1/admin/policies');
  const rows = policies.flatMap((p) =>
    p.versions.map((v) => [
      p.label,
      p.id,
      String(v.version),
      v.appliesFrom ? `takes accounts over ${when(v.appliesFrom)}` : 'new accounts',
    ]),
  );
  $('versions').replaceChildren(table('Policies', ['Policy', 'Id', 'Version', 'Applies to'], rows));
}

// Signing in and finding one's way

const SECTIONS = { accounts: () => findAccounts($('query').value), reports: showReports, audit: () => showAudit(), policies: showPolicies };

function openSection(name) {
  for (const id of Object.keys(SECTIONS)) $(id).hidden = id !== name;
  for (const button of document.querySelectorAll('nav button'))
    button.setAttribute('aria-current', String(button.dataset.section === name));
  say('');
}

for (const button of document.querySelectorAll('nav button')) {
  const { section } = button.dataset;
  button.addEventListener(
    'click',
    guarded(() => {
      openSection(section);
      return SECTIONS[section]();
    }),
  );
}
$('find').addEventListener(
  'submit',
  guarded(() => {
    $('account').replaceChildren();
    return findAccounts($('query').value);
  }),
);
$('sign-in').addEventListener(
  'submit',
  guarded(async () => {
    session.token = $('token').value.trim();
    $('token').value = '';
    session.staff = await call('GET', '/v1/admin/me');
    $('who').textContent = `${session.staff.name} (${session.staff.role})`;
    for (const [id, hidden] of Object.entries({ 'sign-in': true, desk: false, 'sign-out': false })) $(id).hidden = hidden;
    openSection('accounts');
    await SECTIONS.accounts();
  }),
);
$('sign-out').addEventListener('click', () => location.reload());
