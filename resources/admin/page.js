/** What the page is built from: calls, elements, tables, forms, and the question before every act. */
export const $ = (id) => document.getElementById(id);
/** Gone with the page. */
export const session = { token: '', staff: null };

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

export function table(caption, head, rows) {
  if (rows.length === 0) return el('p', { className: 'hint' }, `${caption}: none.`);
  return el(
    'div',
    { className: 'scroll' },
    el(
      'table',
      {},
      el('caption', { className: 'hint' }, caption),
      el('thead', {}, el('tr', {}, ...head.map((text) => el('th', { scope: 'col' }, text)))),
      el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((cell) => el('td', {}, cell ?? ''))))),
    ),
  );
}

/** A labelled form in one line; `review` gets what was typed. */
export function form(title, fields, button, review) {
  const inputs = fields.map(([name, label, input]) => {
    const id = `${title}-${name}`.replace(/\W+/g, '-');
    input.id = id;
    input.name = name;
    return el('div', {}, el('label', { htmlFor: id }, label), input);
  });
  const node = el('form', { className: 'inline', 'aria-label': title }, ...inputs, el('button', { type: 'submit' }, button));
  node.addEventListener(
    'submit',
    guarded(() => review(Object.fromEntries(new FormData(node)))),
  );
  return el('div', {}, el('h3', {}, title), node);
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
      $('confirm-problem').textContent = error.message;
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
