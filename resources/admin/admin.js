/**
 * The administrators' page. The token lives in memory only. Every act is shown before it is done, and carries an operation id that is made when
 * it is shown: confirming again after a broken connection does it once.
 *
 * @typedef {import('../../shared/api/staff.ts').AccountDetail} AccountDetail
 * @typedef {import('../../shared/api/staff.ts').AccountsPage} AccountsPage
 * @typedef {import('../../shared/api/staff.ts').AuditPage} AuditPage
 * @typedef {import('../../shared/api/staff.ts').PolicyVersions} PolicyVersions
 * @typedef {import('../../shared/api/reports.ts').QueuedReport} QueuedReport
 * @typedef {import('../../shared/api/admin.ts').SickAccount} SickAccount
 */
import { actForms } from './acts.js';
import {
  $,
  amountField,
  call,
  confirmAct,
  el,
  field,
  form,
  guarded,
  money,
  pairOf,
  say,
  select,
  session,
  signedIn,
  table,
  text,
  when,
} from './page.js';
import { showStaff } from './staff.js';
import { tokenPanels } from './tokens.js';

// Accounts

/** @param {string} query @param {string} before @param {AccountsPage['accounts']} earlier */
async function findAccounts(query, before = '', earlier = []) {
  const path = `/v1/admin/accounts?query=${encodeURIComponent(query)}${before && `&before=${before}`}`;
  const { accounts, next } = /** @type {AccountsPage} */ (await call('GET', path));
  const all = [...earlier, ...accounts];
  const rows = all.map((one) => [
    el('button', { type: 'button', className: 'link', onclick: guarded(() => showAccount(one.accountId)) }, one.accountId),
    one.name,
    one.email,
    one.country,
    when(one.createdAt),
  ]);
  const more = next && el('button', { type: 'button', onclick: guarded(() => findAccounts(query, next, all)) }, 'More');
  $('found').replaceChildren(table('Accounts found', ['!Account', 'Name', 'Email', 'Country', '@Since'], rows), more || '');
}

/** @param {string} accountId */
async function showAccount(accountId) {
  const account = await readAccount(accountId);
  const { wallet, subscription } = account;
  const mayAct = signedIn().role !== 'read-only';
  const done = () => showAccount(accountId);
  const whose = account.name ?? accountId;
  const tokens = await tokenPanels({ base: `/v1/admin/accounts/${accountId}/tokens`, whose, mayAct, done, host: 'account' });
  const title = el('h3', { tabIndex: -1, className: 'account' }, `${account.name ?? 'No name'} · ${accountId}`);
  const buckets = wallet.buckets.map((b) => [b.label, b.available, b.held, when(b.nextExpiry), b.nextExpiryAmount]);
  const plan = subscription.plan ? `${subscription.plan.label}, ${subscription.status}, until ${when(subscription.periodEnd)}` : 'No plan';
  $('account').replaceChildren(
    title,
    el('p', {}, `${account.email ?? 'No email'} · ${account.policy.label}, version ${account.policy.version} · ${plan}`),
    el('p', {}, `Available ${wallet.available}, held ${wallet.held} (${wallet.unit.code}).`),
    table('Wallet by bucket, in draw order', ['Bucket', '#Available', '#Held', '#Next expiry', '#Of that'], buckets),
    table(
      'Purchases',
      ['@When', '!Operation', '#Credit', '#Paid', '@Invoice'],
      account.purchases.map((p) => [when(p.at), p.opId, p.credits, money(p.paid), p.invoice]),
    ),
    mayAct ? el('div', { className: 'acts' }, ...actForms(account, done)) : '',
    ...tokens,
  );
  title.focus();
}

/** @param {string} accountId */
const readAccount = async (accountId) => /** @type {AccountDetail} */ (await call('GET', `/v1/admin/accounts/${accountId}`));

// Reports, audit log, policies

async function showReports() {
  const reports = /** @type {QueuedReport[]} */ (await call('GET', '/v1/admin/reports'));
  if (reports.length === 0) return $('queue').replaceChildren(el('p', {}, 'No report waits for an answer.'));
  $('queue').replaceChildren(...reports.map(reportPanel));
}

/** @param {QueuedReport} report */
function reportPanel(report) {
  const about = `${when(report.at)} · ${report.state} · ${report.photo} · “${report.note}”`;
  const panel = el('article', { className: 'panel' }, el('h3', {}, `Report ${report.id}`), el('p', {}, about));
  const open = () => {
    openSection('accounts');
    return showAccount(report.accountId);
  };
  const answer = async () => {
    const { policy } = await readAccount(report.accountId);
    buttons.replaceWith(answerForm(report, policy.buckets));
    panel.querySelector('select')?.focus();
  };
  const buttons = el('div', { className: 'row' }, el('button', { type: 'button', onclick: guarded(open) }, 'Open account'));
  if (signedIn().role === 'retoucher') return panel;
  if (signedIn().role !== 'read-only') buttons.append(el('button', { type: 'button', onclick: guarded(answer) }, 'Answer'));
  panel.append(buttons);
  return panel;
}

/** @param {QueuedReport} report @param {AccountDetail['policy']['buckets']} buckets */
function answerForm(report, buckets) {
  const states = Object.entries({ corrected: 'Corrected', declined: 'Declined', in_progress: 'In progress' });
  const fields = [
    field('state', 'Answer', select(states)),
    field('answer', 'Words to the customer', text({ maxLength: 2000 })),
    field('bucket', 'Grant back to', select([['', 'nothing'], ...buckets.map(pairOf)])),
    field('amount', 'Amount', Object.assign(amountField(), { required: false })),
  ];
  /** @param {Record<'state' | 'answer' | 'bucket' | 'amount', string>} typed */
  const review = ({ state, answer, bucket, amount }) => {
    if ((bucket === '') !== (amount === '')) throw new Error('To grant credit back, name both the bucket and the amount.');
    const body = { opId: crypto.randomUUID(), state, answer, ...(bucket && { grantBack: { bucket, amount } }) };
    const gift = bucket ? `${amount} are granted back to ${bucket}, once for this report.` : 'Nothing is granted back.';
    confirmAct(`Answer: ${state}`, [`The customer reads: “${answer}”`, gift], 'Send answer', async () => {
      await call('POST', `/v1/admin/reports/${report.id}/resolve`, body);
      await showReports();
      say('The report was answered.');
    });
  };
  return form({ title: `Answer report ${report.id}`, fields, button: 'Review answer', review, className: '' });
}

/**
 * {a: {b: 1}} as [['a.b', '1']].
 * @param {unknown} value
 * @returns {[string, string][]}
 */
function flat(value, path = '') {
  if (value === null || typeof value !== 'object') return value === null ? [] : [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, path ? `${path}.${name}` : name));
}
const listed = (/** @type {readonly string[]} */ lines) => el('ul', {}, ...lines.map((line) => el('li', {}, line)));

/**
 * Only what became different.
 * @param {unknown} before @param {unknown} after
 */
function changes(before, after) {
  const [was, is] = [new Map(flat(before)), new Map(flat(after))];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => name !== 'seq' && was.get(name) !== is.get(name));
  return names.map((name) => `${name}: ${was.get(name) ?? 'none'} becomes ${is.get(name) ?? 'none'}`);
}

/** @param {string} accountId @param {string} before @param {AuditPage['acts']} earlier */
async function showAudit(accountId = '', before = '', earlier = []) {
  const query = new URLSearchParams({ limit: '50', ...(accountId && { accountId }), ...(before && { before }) });
  const { acts, next } = /** @type {AuditPage} */ (await call('GET', `/v1/admin/audit?${query}`));
  const all = [...earlier, ...acts];
  const rows = all.map((a) => {
    const asked = new Map(flat(a.detail));
    const why = asked.get('reason') ?? asked.get('answer');
    const rest = [...asked].filter(([name]) => !['opId', 'reason', 'answer'].includes(name)).map(([name, value]) => `${name}: ${value}`);
    const who = `${a.staff.name} (${a.staff.role})`;
    return [when(a.at), who, a.action, a.accountId, why, listed(rest), listed(changes(a.before, a.after))];
  });
  const head = ['@When', 'Who', '@What', '!Account', '~Why', 'Asked', 'Changed'];
  const more = next && el('button', { type: 'button', onclick: guarded(() => showAudit(accountId, next, all)) }, 'Earlier');
  $('acts').replaceChildren(table('What staff did', head, rows), more || '');
}

async function showPolicies() {
  const policies = /** @type {PolicyVersions} */ (await call('GET', '/v1/admin/policies'));
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

/** @param {string} after @param {readonly SickAccount[]} earlier */
async function showSick(after = '', earlier = []) {
  const path = `/v1/admin/sick-accounts?limit=50${after && `&after=${encodeURIComponent(after)}`}`;
  const page = /** @type {SickAccount[]} */ (await call('GET', path));
  const all = [...earlier, ...page];
  if (all.length === 0) return $('unswept').replaceChildren(el('p', {}, 'Every account is swept.'));
  const open = (/** @type {string} */ accountId) => {
    openSection('accounts');
    return showAccount(accountId);
  };
  const rows = all.map((one) => [
    el('button', { type: 'button', className: 'link', onclick: guarded(() => open(one.accountId)) }, one.accountId),
    when(one.since),
    `${one.reason} (${one.code})`,
    String(one.tries),
    when(one.nextTry),
  ]);
  const last = page.length === 50 ? (page.at(-1)?.accountId ?? '') : '';
  const more = last && el('button', { type: 'button', onclick: guarded(() => showSick(last, all)) }, 'More');
  const head = ['!Account', '@Since', '~Why', '#Tries', '@Next try'];
  $('unswept').replaceChildren(table('Not swept, longest first', head, rows), more || '');
}

// Signing in and finding one's way

/** @typedef {'accounts' | 'reports' | 'audit' | 'policies' | 'sick' | 'staff'} Section */
/** @type {Readonly<Record<Section, () => unknown>>} */
const SECTIONS = {
  accounts: () => findAccounts($('query').value),
  reports: showReports,
  audit: () => showAudit($('audit-of').value.trim()),
  policies: showPolicies,
  sick: () => showSick(),
  staff: showStaff,
};

/** @param {string | undefined} name @returns {name is Section} */
const isSection = (name) => name !== undefined && name in SECTIONS;
/** @type {readonly HTMLButtonElement[]} */
const TABS = [...document.querySelectorAll('nav button')].filter((one) => one instanceof HTMLButtonElement);

/** @type {readonly import('./page.js').Place[]} */
const HOSTS = ['found', 'account', 'queue', 'acts', 'versions', 'unswept', 'members'];

/**
 * Every section begins empty: nothing on it is older than its opening.
 * @param {Section} name
 */
function openSection(name) {
  for (const id of HOSTS) $(id).replaceChildren();
  for (const id of Object.keys(SECTIONS)) if (isSection(id)) $(id).hidden = id !== name;
  for (const button of TABS) button.setAttribute('aria-current', String(button.dataset.section === name));
  say('');
}

for (const button of TABS) {
  const { section } = button.dataset;
  if (!isSection(section)) throw new Error(`There is no section ${section}.`);
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
$('filter').addEventListener(
  'submit',
  guarded(() => showAudit($('audit-of').value.trim())),
);
/** @param {boolean} isIn */
function showDesk(isIn) {
  $('sign-in').hidden = isIn;
  $('desk').hidden = !isIn;
  $('sign-out').hidden = !isIn;
}
/** What is on the desk goes with the token; what the server said about it stays to be read. */
session.ended = () => {
  session.token = '';
  session.staff = null;
  for (const id of HOSTS) $(id).replaceChildren();
  $('confirm').close();
  $('who').textContent = '';
  showDesk(false);
  $('token').focus();
};
$('sign-in').addEventListener(
  'submit',
  guarded(async () => {
    session.token = $('token').value.trim();
    $('token').value = '';
    const staff = /** @type {import('./page.js').StaffSelf} */ (await call('GET', '/v1/admin/me'));
    session.staff = staff;
    $('who').textContent = `${staff.name} (${staff.role})`;
    showDesk(true);
    // Retouchers see reports and nothing else, and mend them in the studio.
    const mends = staff.role === 'retoucher';
    for (const button of TABS) {
      const { section } = button.dataset;
      button.hidden = mends ? section !== 'reports' : section === 'staff' && staff.role !== 'owner';
    }
    const first = mends ? 'reports' : 'accounts';
    openSection(first);
    await SECTIONS[first]();
  }),
);
$('sign-out').addEventListener('click', () => location.reload());
