/** What the page is built from: calls, elements, tables, forms, and the question before every act. */

/**
 * The elements of index.html that are more than a place: by id, what they are.
 * @typedef {{ query: HTMLInputElement, token: HTMLInputElement, 'audit-of': HTMLInputElement, confirm: HTMLDialogElement, 'confirm-yes': HTMLButtonElement }} Special
 * @typedef {'who' | 'sign-out' | 'status' | 'problem' | 'sign-in' | 'desk' | 'accounts' | 'find' | 'found' | 'account' | 'reports' | 'queue' | 'audit' | 'filter' | 'acts' | 'policies' | 'versions' | 'sick' | 'unswept' | 'staff' | 'members' | 'confirm-title' | 'confirm-text' | 'confirm-problem' | 'confirm-no'} Place
 * @typedef {import('../../shared/api/staff.ts').StaffSelf} StaffSelf
 * @typedef {import('../../shared/api/values.ts').Money} Money
 * @typedef {Node | string | null | undefined} Child
 * @typedef {HTMLInputElement | HTMLSelectElement} Input
 */

/**
 * @template {Place | keyof Special} I
 * @param {I} id
 * @returns {I extends keyof Special ? Special[I] : HTMLElement}
 */
export const $ = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}.`);
  // What stands in index.html.
  return /** @type {I extends keyof Special ? Special[I] : HTMLElement} */ (found);
};

/**
 * Gone with the page. `staff` is null while nobody is signed in.
 * @type {{ token: string, staff: StaffSelf | null, ended: () => void }}
 */
export const session = { token: '', staff: null, ended: () => {} };

/** Who is signed in. */
export function signedIn() {
  if (session.staff === null) throw new Error('Sign in first.');
  return session.staff;
}

/**
 * Text only ever becomes text: nothing that the server sends is read as markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {{ readonly [P in keyof HTMLElementTagNameMap[K]]?: HTMLElementTagNameMap[K][P] } & { readonly 'aria-label'?: string }} props
 * @param {Child[]} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) Reflect.set(node, name, value);
    else node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * Asks the server. What it answers is of the contract; the caller says which part.
 * @param {'GET' | 'POST'} method @param {string} path @param {object} [body]
 * @returns {Promise<unknown>}
 */
export async function call(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { authorization: `Bearer ${session.token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new Error('The server cannot be reached. If something was sent, confirm again: it happens once.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) session.ended();
  if (!response.ok) throw new Error(answer.detail ?? `The server answered ${response.status}.`);
  return answer;
}

/** Says that something was done, and takes back what was said to have failed. */
export const say = (/** @type {string} */ text) => {
  $('status').textContent = text;
  $('problem').textContent = '';
};
/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * A listener that does the work and shows what went wrong with it.
 * @param {() => unknown} work
 */
export const guarded = (work) => (/** @type {Event} */ event) => {
  event.preventDefault();
  $('problem').textContent = '';
  const ask = async () => work();
  ask().catch((error) => {
    $('status').textContent = '';
    $('problem').textContent = messageOf(error);
  });
};

/** @param {string | null} instant */
export const when = (instant) => (instant === null ? 'never' : instant.slice(0, 16).replace('T', ' '));
/** "19.00 EUR": as the server writes it. */
export const money = (/** @type {Money} */ { amount, currency }) => `${amount} ${currency}`;

/**
 * The head names each column; with a mark in front what stands in it: "#" figures, "@" times, "!" ids, "~" words.
 * @param {string} caption @param {readonly string[]} head @param {readonly (readonly Child[])[]} rows
 */
export function table(caption, head, rows) {
  if (rows.length === 0) return el('p', { className: 'hint' }, `${caption}: none.`);
  const columns = head.map((name) => ({ name: name.replace(/^[#@!~]/, ''), className: COLUMN.get(name.charAt(0)) ?? '' }));
  const cells = (/** @type {readonly Child[]} */ row) =>
    row.map((cell, at) => el('td', { className: columns[at]?.className ?? '' }, cell ?? ''));
  return el(
    'div',
    { className: 'scroll' },
    el(
      'table',
      {},
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, ...columns.map(({ name, className }) => el('th', { scope: 'col', className }, name)))),
      el('tbody', {}, ...rows.map((row) => el('tr', {}, ...cells(row)))),
    ),
  );
}
const COLUMN = new Map(Object.entries({ '#': 'figure', '@': 'time', '!': 'id', '~': 'words' }));

/**
 * @template {string} N
 * @param {N} name @param {string} label @param {Input} input
 * @returns {readonly [N, string, Input]}
 */
export const field = (name, label, input) => [name, label, input];

/**
 * A panel with a labelled form; `review` gets what was typed.
 * @template {string} N
 * @param {{ title: string, fields: readonly (readonly [N, string, Input])[], button: string, review: (typed: Record<N, string>) => unknown, className?: string }} wanted
 */
export function form({ title, fields, button, review, className = 'panel' }) {
  const inputs = fields.map(([name, label, input]) => {
    const id = `${title}-${name}`.replace(/\W+/g, '-');
    input.id = id;
    input.name = name;
    const wide = name === 'reason' || name === 'answer';
    if (wide) input.className = 'whole';
    return el('div', { className: wide ? 'wide' : '' }, el('label', { htmlFor: id }, label), input);
  });
  const node = el('form', { className: 'inline', 'aria-label': title }, ...inputs, el('button', { type: 'submit' }, button));
  node.addEventListener(
    'submit',
    guarded(() => {
      // One value for each field that stands in the form.
      const typed = /** @type {Record<N, string>} */ (Object.fromEntries(fields.map(([name, , input]) => [name, input.value])));
      return review(typed);
    }),
  );
  return el('div', { className }, el('h3', {}, title), node);
}
/** @param {Partial<Pick<HTMLInputElement, 'required' | 'maxLength' | 'inputMode' | 'pattern' | 'title'>>} props */
export const text = (props = {}) => el('input', { type: 'text', required: true, maxLength: 500, ...props });
/** A field for a decimal amount: a point, at most nine places, no sign. */
export const amountField = () =>
  text({ inputMode: 'decimal', maxLength: 30, pattern: '\\d{1,19}(\\.\\d{1,9})?', title: 'Like 12 or 0.42' });
/**
 * What is chosen by its label.
 * @param {{ readonly id: string, readonly label: string }} one
 * @returns {[value: string, label: string]}
 */
export const pairOf = ({ id, label }) => [id, label];

/** @param {readonly (readonly [value: string, label: string])[]} options */
export const select = (options) => el('select', {}, ...options.map(([value, label]) => el('option', { value }, label)));

/**
 * Shows what will happen; does it only when it is confirmed.
 * @param {string} title @param {readonly string[]} lines @param {string} yes @param {() => Promise<unknown>} act
 */
export function confirmAct(title, lines, yes, act) {
  const dialog = $('confirm');
  const button = $('confirm-yes');
  $('confirm-title').textContent = title;
  const note = `Written to the audit log as ${signedIn().name} (${signedIn().role}).`;
  $('confirm-text').replaceChildren(...[...lines, note].map((line) => el('p', {}, line)));
  $('confirm-problem').textContent = '';
  button.textContent = yes;
  button.disabled = false;
  button.onclick = async () => {
    button.disabled = true;
    try {
      await act();
      dialog.close();
    } catch (error) {
      // A token that ended meanwhile has closed the question.
      $(dialog.open ? 'confirm-problem' : 'problem').textContent = messageOf(error);
      button.disabled = false;
    }
  };
  dialog.showModal();
  $('confirm-no').focus();
}

/**
 * Decimal strings, added exactly.
 * @param {string} a @param {string} b @param {number} scale
 */
export function sum(a, b, scale) {
  const units = (/** @type {string} */ value) => {
    const [, sign, whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
    return (sign === '-' ? -1n : 1n) * BigInt(whole + part.padEnd(scale, '0').slice(0, scale));
  };
  const total = units(a) + units(b);
  const digits = String(total < 0n ? -total : total).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  return `${total < 0n ? '-' : ''}${digits.slice(0, cut)}${scale > 0 ? `.${digits.slice(cut)}` : ''}`;
}
