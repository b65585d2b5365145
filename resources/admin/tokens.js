/** Tokens of an account or of a member of staff: listed by label, issued, replaced and ended. A token is shown once and kept nowhere. */
import { $, call, confirmAct, el, form, say, select, table, text, when } from './page.js';

/** `base` is the address of the holder's tokens; `whose` names the holder; `done` shows the page anew, and `host` is what a new token is shown in. */
export async function tokenPanels({ base, whose, mayAct, done, host }) {
  const tokens = await call('GET', base);
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
    ['id', 'Token', select(working.map(({ id, label, createdAt }) => [id, `${label}, since ${when(createdAt)}`]))],
    ['reason', 'Reason', text()],
  ];
  const named = (id) => working.find((one) => one.id === id);
  const acts = [
    form(
      `Issue a token to ${whose}`,
      [
        ['label', 'Device or program', text({ maxLength: 100 })],
        ['reason', 'Reason', text()],
      ],
      'Review issuing',
      (typed) =>
        reviewMaking({
          title: 'Issue a token',
          path: base,
          body: typed,
          lines: [`${whose} gets another token, “${typed.label}”.`],
          done,
          host,
        }),
    ),
  ];
  if (working.length > 0) {
    const replace = ({ id, reason }) => {
      const lines = [`“${named(id).label}” of ${whose} stops working at once, and another token takes its place.`];
      reviewMaking({ title: 'Replace a token', path: `${base}/${id}/replace`, body: { reason }, lines, done, host });
    };
    acts.push(
      form(`Replace a token of ${whose}`, chosen(), 'Review replacing', replace),
      form(`End a token of ${whose}`, chosen(), 'Review the end', ({ id, reason }) =>
        reviewEnding(`${base}/${id}/revoke`, named(id), whose, reason, done),
      ),
    );
  }
  return [list, el('div', { className: 'acts' }, ...acts)];
}

function reviewMaking({ title, path, body, lines, done, host }) {
  const sent = { opId: crypto.randomUUID(), ...body };
  confirmAct(title, [...lines, 'It is shown once, next.', `Reason: ${body.reason}`], title, async () => {
    const { entry, token, notice } = await call('POST', path, sent);
    await done();
    showOnce(host, `“${entry.label}”`, token, notice);
  });
}

function reviewEnding(path, { label }, whose, reason, done) {
  const lines = [`“${label}” of ${whose} stops working at once, for good. What was done with it stays.`, `Reason: ${reason}`];
  confirmAct('End a token', lines, 'End the token', async () => {
    await call('POST', path, { reason });
    await done();
    say(`The token “${label}” was ended.`);
  });
}

/** Leaves the page with what stands in `host`. Without a token it says why there is none. */
export function showOnce(host, whose, token, notice) {
  if (token === undefined) {
    say(notice);
    return;
  }
  say('The token was made.');
  const field = el('input', { id: 'made', className: 'token', readOnly: true, value: token, spellcheck: false });
  const box = el(
    'div',
    { className: 'panel once' },
    el('label', { htmlFor: 'made' }, `The token of ${whose}. Hand it over now: it is not shown again.`),
    field,
    el('button', { type: 'button', onclick: () => box.remove() }, 'Hide it'),
  );
  field.addEventListener('focus', () => field.select());
  $(host).prepend(box);
}
