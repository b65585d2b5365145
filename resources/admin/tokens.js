/**
 * Tokens of an account or of a member of staff: listed by label, issued, replaced and ended. A token is shown once and kept nowhere.
 *
 * @typedef {import('../../shared/api/tokens.ts').TokenEntry} TokenEntry
 * @typedef {import('../../shared/api/tokens.ts').TokenAnswer} TokenAnswer
 * @typedef {import('./page.js').Place} Place
 */
import { $, call, confirmAct, el, field, form, say, select, table, text, when } from './page.js';

/**
 * `base` is the address of the holder's tokens; `whose` names the holder; `done` shows the page anew, and `host` is what a new token is shown in.
 * @param {{ base: string, whose: string, mayAct: boolean, done: () => Promise<unknown>, host: Place }} holder
 */
export async function tokenPanels({ base, whose, mayAct, done, host }) {
  const tokens = /** @type {TokenEntry[]} */ (await call('GET', base));
  const rows = tokens.map((one) => [
    one.label,
    one.id,
    when(one.createdAt),
    when(one.expiresAt),
    one.endedAt === null ? one.state : `ended ${when(one.endedAt)}`,
  ]);
  const list = table(`Tokens of ${whose}`, ['Label', '!Id', '@Since', '@Expires', '@State'], rows);
  if (!mayAct) return [list];
  const working = tokens.filter((one) => one.state === 'works');
  const chosen = () => [
    field('id', 'Token', select(working.map(({ id, label, createdAt }) => [id, `${label}, since ${when(createdAt)}`]))),
    field('reason', 'Reason', text()),
  ];
  const named = (/** @type {string} */ id) => {
    const token = working.find((one) => one.id === id);
    if (token === undefined) throw new Error('This token is not on the page any more. Open it again.');
    return token;
  };
  const acts = [
    form({
      title: `Issue a token to ${whose}`,
      fields: [field('label', 'Device or program', text({ maxLength: 100 })), field('reason', 'Reason', text())],
      button: 'Review issuing',
      review: (typed) =>
        reviewMaking({
          title: 'Issue a token',
          path: base,
          body: typed,
          lines: [`${whose} gets another token, “${typed.label}”.`],
          done,
          host,
        }),
    }),
  ];
  if (working.length > 0) {
    const replace = (/** @type {Record<'id' | 'reason', string>} */ { id, reason }) => {
      const lines = [`“${named(id).label}” of ${whose} stops working at once, and another token takes its place.`];
      reviewMaking({ title: 'Replace a token', path: `${base}/${id}/replace`, body: { reason }, lines, done, host });
    };
    acts.push(
      form({ title: `Replace a token of ${whose}`, fields: chosen(), button: 'Review replacing', review: replace }),
      form({
        title: `End a token of ${whose}`,
        fields: chosen(),
        button: 'Review the end',
        review: ({ id, reason }) => reviewEnding({ path: `${base}/${id}/revoke`, label: named(id).label, whose, reason, done }),
      }),
    );
  }
  return [list, el('div', { className: 'acts' }, ...acts)];
}

/**
 * @param {{ title: string, path: string, body: { label?: string, reason: string }, lines: readonly string[], done: () => Promise<unknown>, host: Place }} wanted
 */
function reviewMaking({ title, path, body, lines, done, host }) {
  const sent = { opId: crypto.randomUUID(), ...body };
  confirmAct(title, [...lines, 'It is shown once, next.', `Reason: ${body.reason}`], title, async () => {
    const { entry, token, notice } = /** @type {TokenAnswer} */ (await call('POST', path, sent));
    await done();
    showOnce(host, `“${entry.label}”`, token, notice);
  });
}

/** @param {{ path: string, label: string, whose: string, reason: string, done: () => Promise<unknown> }} wanted */
function reviewEnding({ path, label, whose, reason, done }) {
  const lines = [`“${label}” of ${whose} stops working at once, for good. What was done with it stays.`, `Reason: ${reason}`];
  confirmAct('End a token', lines, 'End the token', async () => {
    await call('POST', path, { reason });
    await done();
    say(`The token “${label}” was ended.`);
  });
}

/**
 * Leaves the page with what stands in `host`. Without a token it says why there is none.
 * @param {Place} host @param {string} whose @param {string | undefined} token @param {string | undefined} notice
 */
export function showOnce(host, whose, token, notice) {
  if (token === undefined) {
    say(notice ?? 'The server answered without a token.');
    return;
  }
  say('The token was made.');
  const shown = el('input', { id: 'made', className: 'token', readOnly: true, value: token, spellcheck: false });
  const hide = el('button', { type: 'button' }, 'Hide it');
  const label = el('label', { htmlFor: 'made' }, `The token of ${whose}. Hand it over now: it is not shown again.`);
  const box = el('div', { className: 'panel once' }, label, shown, hide);
  hide.addEventListener('click', () => box.remove());
  shown.addEventListener('focus', () => shown.select());
  $(host).prepend(box);
}
