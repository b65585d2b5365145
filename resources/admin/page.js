/** What the page is built from: calls, elements, tables, forms, and the question before every act. */
export const $ = (id) => document.getElementById(id);
/** Gone with the page. */
export const session = { token: '', staff: null, ended: () => {} };

/** Text only ever becomes text: nothing that the server sends is read as markup. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export async function call(method, path, body) {
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

export const say = (text) => {
  $('status').textContent = text;
  $('problem').textContent = '';
};
export const guarded = (work) => (event) => {
  event?.preventDefault();
  $('problem').textContent = '';
  Promise.resolve(work(event)).catch((error) => {
    $('status').textContent = '';
    $('problem').textContent = error.message;
  });
};

export const when = (instant) => (instant === null ? 'never' : instant.slice(0, 16).replace('T', ' '));
export const money = ({ amount, currency }) => `${amount} ${currency}`;

/** The head names each column; with a mark in front what stands in it: "#" figures, "@" times, "!" ids, "~" words. */
export function table(caption, head, rows) {
  if (rows.length === 0) return el('p', { className: 'hint' }, `${caption}: none.`);
  const columns = head.map((name) => ({ name: name.replace(/^[#@!~]/, ''), className: COLUMN[name[0]] ?? '' }));
  const cells = (row) => row.map((cell, at) => el('td', { className: columns[at].className }, cell ?? ''));
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
const COLUMN = { '#': 'figure', '@': 'time', '!': 'id', '~': 'words' };

/** A panel with a labelled form; `review` gets what was typed. */
export function form(title, fields, button, review, className = 'panel') {
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
    guarded(() => review(Object.fromEntries(new FormData(node)))),
  );
  return el('div', { className }, el('h3', {}, title), node);
}
export const text = (props = {}) => el('input', { type: 'text', required: true, maxLength: 500, ...props });
export const amountField = () =>
  text({ inputMode: 'decimal', maxLength: 30, pattern: '\\d{1,19}(\\.\\d{1,9})?', title: 'Like 12 or 0.42' });
export const select = (options) => el('select', {}, ...options.map(([value, label]) => el('option', { value }, label)));

/** Shows what will happen; does it only when it is confirmed. */
export function confirmAct(title, lines, yes, act) {
  const dialog = $('confirm');
  const button = $('confirm-yes');
  $('confirm-title').textContent = title;
  const note = `Written to the audit log as ${session.staff.name} (${session.staff.role}).`;
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
      $(dialog.open ? 'confirm-problem' : 'problem').textContent = error.message;
      button.disabled = false;
    }
  };
  dialog.showModal();
  $('confirm-no').focus();
}

/** Decimal strings, added exactly. */
export function sum(a, b, scale) {
  const units = (value) => {
    const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
    return (sign === '-' ? -1n : 1n) * BigInt(whole + part.padEnd(scale, '0').slice(0, scale));
  };
  const total = units(a) + units(b);
  const digits = String(total < 0n ? -total : total).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  return `${total < 0n ? '-' : ''}${digits.slice(0, cut)}${scale > 0 ? `.${digits.slice(cut)}` : ''}`;
}
