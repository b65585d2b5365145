/**
 * The members of staff, for owners: adding one, the tokens of each, sending one away. A token is shown once and kept nowhere.
 *
 * @typedef {import('../../shared/api/staff.ts').StaffMember} StaffMember
 * @typedef {import('../../shared/api/staff.ts').StaffAnswer} StaffAnswer
 */

import { $, call, confirmAct, el, field, form, guarded, pairOf, say, select, signedIn, table, text, when } from './page.js';
import { showOnce, tokenPanels } from './tokens.js';

/** @type {Readonly<Record<string, string>>} */
const ROLES = {
  'read-only': 'looks at accounts, reports, policies and the log',
  support: 'also grants, adjusts, refunds, changes plans and answers reports in words',
  retoucher: 'sees reports with their pictures and answers them, nothing else',
  owner: 'may do everything: chargebacks, accounts, staff',
};

/** Draws the list of staff, and how an owner adds, opens and removes a member. Throws what the server refused. */
export async function showStaff() {
  const members = /** @type {StaffMember[]} */ (await call('GET', '/v1/admin/staff'));
  const rows = members.map((member) => [
    opening(member.id, member.name),
    member.role,
    member.id,
    when(member.createdAt),
    member.revokedAt === null ? 'works' : `ended ${when(member.revokedAt)}`,
  ]);
  const working = members.filter((member) => member.revokedAt === null && member.id !== signedIn().id);
  const roles = Object.entries(ROLES).map(([role, may]) => pairOf({ id: role, label: `${role}: ${may}` }));
  const who = working.map(({ id, name, role }) => pairOf({ id, label: `${name} (${role})` }));
  const reason = () => field('reason', 'Reason', text());
  $('members').replaceChildren(
    el('p', {}, opening('owner', 'Tokens of the first owner')),
    table('Members', ['Name', '@Role', '!Id', '@Since', '@State'], rows),
    el(
      'div',
      { className: 'acts' },
      form({
        title: 'Make a token',
        fields: [field('name', 'Name', text({ maxLength: 100 })), field('role', 'Role', select(roles)), reason()],
        button: 'Review token',
        review: reviewMember,
      }),
      working.length === 0
        ? ''
        : form({
            title: 'End a token',
            fields: [field('id', 'Member', select(who)), reason()],
            button: 'Review ending',
            review: (typed) => reviewEnd(working, typed),
          }),
    ),
  );
}

/**
 * A name that opens the tokens behind it.
 * @param {string} id @param {string} name
 */
const opening = (id, name) => el('button', { type: 'button', className: 'link', onclick: guarded(() => showTokens(id, name)) }, name);

/** @param {string} id @param {string} name */
async function showTokens(id, name) {
  const whose = id === 'owner' ? 'the first owner' : name;
  const done = () => showTokens(id, name);
  const panels = await tokenPanels({ base: `/v1/admin/staff/${id}/tokens`, whose, mayAct: true, done, host: 'members' });
  const title = el('h3', { tabIndex: -1 }, `Tokens of ${whose}`);
  const back = el('button', { type: 'button', onclick: guarded(showStaff) }, 'All members');
  $('members').replaceChildren(title, ...panels, back);
  title.focus();
}

/** @param {Record<'name' | 'role' | 'reason', string>} typed */
function reviewMember({ name, role, reason }) {
  const body = { opId: crypto.randomUUID(), name, role, reason };
  const lines = [`${name} gets a token with the role ${role}: ${ROLES[role]}.`, 'It is shown once, next.', `Reason: ${reason}`];
  confirmAct('Make a token', lines, `Make a token for ${name}`, async () => {
    const { member, token, notice } = /** @type {StaffAnswer} */ (await call('POST', '/v1/admin/staff', body));
    await showStaff();
    showOnce('members', member.name, token, notice);
  });
}

/** @param {readonly StaffMember[]} working @param {Record<'id' | 'reason', string>} typed */
function reviewEnd(working, { id, reason }) {
  const member = working.find((one) => one.id === id);
  if (member === undefined) throw new Error('This member is not on the page any more. Open the section again.');
  const { name, role } = member;
  const lines = [`All tokens of ${name} (${role}) stop working at once, for good. What was done with them stays.`, `Reason: ${reason}`];
  confirmAct('End a token', lines, `End the tokens of ${name}`, async () => {
    await call('POST', `/v1/admin/staff/${id}/revoke`, { reason });
    await showStaff();
    say(`The tokens of ${name} were ended.`);
  });
}
