/** The members of staff, for owners: who has a token, making one, ending one. A token is shown once and kept nowhere. */
import { $, call, confirmAct, el, form, say, select, session, table, text, when } from './page.js';

const ROLES = {
  'read-only': 'looks at accounts, reports, policies and the log',
  support: 'also grants, adjusts, refunds, changes plans and answers reports',
  owner: 'may do everything: chargebacks, accounts, staff',
};

export async function showStaff() {
  const members = await call('GET', '/v1/admin/staff');
  const rows = members.map((member) => [
    member.name,
    member.role,
    member.id,
    when(member.createdAt),
    member.revokedAt === null ? 'works' : `ended ${when(member.revokedAt)}`,
  ]);
  const working = members.filter((member) => member.revokedAt === null && member.id !== session.staff.id);
  const roles = Object.entries(ROLES).map(([role, may]) => [role, `${role}: ${may}`]);
  const reason = () => ['reason', 'Reason', text()];
  $('members').replaceChildren(
    table('Tokens that were made here', ['Name', '@Role', '!Id', '@Since', '@State'], rows),
    el(
      'div',
      { className: 'acts' },
      form(
        'Make a token',
        [['name', 'Name', text({ maxLength: 100 })], ['role', 'Role', select(roles)], reason()],
        'Review token',
        reviewMember,
      ),
      working.length === 0
        ? ''
        : form(
            'End a token',
            [['id', 'Member', select(working.map(({ id, name, role }) => [id, `${name} (${role})`]))], reason()],
            'Review ending',
            (typed) => reviewEnd(working, typed),
          ),
    ),
  );
}

function reviewMember({ name, role, reason }) {
  const body = { opId: crypto.randomUUID(), name, role, reason };
  const lines = [`${name} gets a token with the role ${role}: ${ROLES[role]}.`, 'It is shown once, next.', `Reason: ${reason}`];
  confirmAct('Make a token', lines, `Make a token for ${name}`, async () => {
    const { member, token } = await call('POST', '/v1/admin/staff', body);
    await showStaff();
    say('The token was made.');
    $('members').prepend(shownOnce(member, token));
  });
}

/** Leaves the page with it. */
function shownOnce(member, token) {
  const field = el('input', { id: 'made', className: 'token', readOnly: true, value: token, spellcheck: false });
  const box = el(
    'div',
    { className: 'panel once' },
    el('label', { htmlFor: 'made' }, `The token of ${member.name}. Hand it over now: it is not shown again.`),
    field,
    el('button', { type: 'button', onclick: () => box.remove() }, 'Hide it'),
  );
  field.addEventListener('focus', () => field.select());
  return box;
}

function reviewEnd(working, { id, reason }) {
  const { name, role } = working.find((member) => member.id === id);
  const lines = [`The token of ${name} (${role}) stops working at once, for good. What was done with it stays.`, `Reason: ${reason}`];
  confirmAct('End a token', lines, `End the token of ${name}`, async () => {
    await call('POST', `/v1/admin/staff/${id}/revoke`, { reason });
    await showStaff();
    say(`The token of ${name} was ended.`);
  });
}
