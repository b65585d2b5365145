/** The administrators' commands: what their page does, for a terminal. Answers are JSON on standard output. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { CONTRACT_HEADER, CONTRACT_VERSION, paths } from '../../shared/api/index.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';

const USAGE = `npm run admin -- COMMAND, with BACKLOT_SERVER_URL and BACKLOT_ADMIN_TOKEN in the environment

  find [TEXT]                                 accounts by id, email or name
  show ACCOUNT                                wallet by bucket, plan, purchases
  grant ACCOUNT BUCKET AMOUNT REASON
  adjust ACCOUNT add|take BUCKET AMOUNT REASON
  strike ACCOUNT REASON                       what a chargeback left owed is let go; --amount 30 for a part
  refund ACCOUNT PURCHASE REASON              all that is left of the price; --money 5.00 --currency EUR for a part
  plan ACCOUNT subscribe|change|cancel|pause|resume [PLAN]
                                              --interval month|year, --slots 50; what it will cost: plan-quote, the same words
  chargeback ACCOUNT PURCHASE REASON          the bank took the money back (owners)
  dispute-won ACCOUNT PURCHASE REASON         the bank gave it back to us (owners)
  paid ACCOUNT INVOICE REASON                 the whole invoice was paid; --at INSTANT, --reference WORDS of the bank's statement
  on-account ACCOUNT LIMIT|default REASON     what it may owe, with tax; --overdue-until INSTANT lets it buy although a bill is overdue (owners)
  reports                                     what waits for an answer
  answer REPORT corrected|declined|in_progress WORDS
                                              --bucket BUCKET --amount 3 grants credit back, once for the report
  policies                                    the policies with their versions
  sick                                        accounts that cannot be swept, and why; --after ACCOUNT for the next page
  audit [ACCOUNT]                             what staff did, newest first; --before CURSOR for the next page
  staff                                       members of staff (owners)
  staff-add NAME owner|support|read-only      prints the token, once
  proposals                                   gifts above an owner's cap, which wait for another owner
  confirm PROPOSAL                            gives what another owner proposed (owners)
  decline PROPOSAL REASON                     (owners)
  staff-revoke ID                             ends all tokens of a member
  tokens HOLDER                               an account's (acc_…), a member's (stf_…), or the first owner's: owner
  token-issue HOLDER LABEL                    prints it, once; --expires 2027-01-31T00:00:00Z
  token-replace HOLDER TOKEN                  ends one and prints another in its place, once
  token-revoke HOLDER TOKEN

  --reason WHY of plan, of staff and of tokens, for the audit log
  --op-id ID   the operation's own id: giving the same command again with it happens once; printed when the outcome is not known
exit codes: 0 done · 1 refused · 2 not understood · 3 the server could not be asked`;

type Call = readonly [method: 'GET' | 'POST', path: string, body?: Readonly<Record<string, unknown>>];
type Options = {
  readonly opId: OpId;
  readonly money?: string;
  readonly currency: string;
  readonly before?: string;
  readonly after?: string;
  readonly expires?: string;
  readonly reason?: string;
  readonly interval?: string;
  readonly slots: number | undefined;
  readonly bucket?: string;
  readonly amount?: string;
  readonly at?: string;
  readonly reference?: string;
  readonly overdueUntil: string | undefined;
};

const account = (id: string): string => `${paths.admin.accounts}/${encodeURIComponent(id)}`;
const query = (values: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** Accounts' ids begin with acc_; everybody else works here. */
const tokensOf = (holder: string): string =>
  holder.startsWith('acc_') ? paths.admin.accountTokens(holder) : paths.admin.staffTokens(holder);
const tokenAt = (holder: string, token: string): string => `${tokensOf(holder)}/${encodeURIComponent(token)}`;

/** Only what is named: the rest stays as it is. */
function planChange([, action, plan]: readonly string[], { opId, interval, slots }: Options) {
  return { opId, action, ...(plan && { plan }), ...(interval && { interval }), ...(slots !== undefined && { slots }) };
}

/** How many arguments each command takes, and the call it becomes. */
const COMMANDS: Readonly<Record<string, { min: number; max: number; call(args: readonly string[], options: Options): Call }>> = {
  find: { min: 0, max: 1, call: ([text], { before }) => ['GET', `${paths.admin.accounts}${query({ query: text, before })}`] },
  show: { min: 1, max: 1, call: ([id = '']) => ['GET', account(id)] },
  grant: {
    min: 4,
    max: 4,
    call: ([id = '', bucket, amount, reason], { opId }) => ['POST', paths.admin.grants(id), { opId, bucket, amount, reason }],
  },
  adjust: {
    min: 5,
    max: 5,
    call: ([id = '', direction, bucket, amount, reason], { opId }) => [
      'POST',
      `${account(id)}/adjustments`,
      { opId, direction, bucket, amount, reason },
    ],
  },
  strike: {
    min: 2,
    max: 2,
    call: ([id = '', reason], { opId, amount }) => ['POST', `${account(id)}/shortfall`, { opId, reason, ...(amount && { amount }) }],
  },
  refund: {
    min: 3,
    max: 3,
    call: ([id = '', purchaseId, reason], { opId, money, currency }) => {
      const part = money === undefined ? {} : { money: { amount: money, currency } };
      return ['POST', `${account(id)}/refunds`, { opId, purchaseId, basis: 'goodwill', reason, ...part }];
    },
  },
  chargeback: {
    min: 3,
    max: 3,
    call: ([id = '', purchaseId, reason], { opId }) => [
      'POST',
      `${account(id)}/refunds`,
      { opId, purchaseId, basis: 'chargeback', reason },
    ],
  },
  'dispute-won': {
    min: 3,
    max: 3,
    call: ([id = '', purchaseId, reason], { opId }) => ['POST', `${account(id)}/disputes-won`, { opId, purchaseId, reason }],
  },
  plan: {
    min: 2,
    max: 3,
    call: (args, options) => {
      const { reason } = options;
      return ['POST', `${account(args[0] ?? '')}/subscription`, { ...planChange(args, options), ...(reason && { reason }) }];
    },
  },
  'plan-quote': {
    min: 2,
    max: 3,
    call: (args, options) => ['POST', `${account(args[0] ?? '')}/subscription/quote`, planChange(args, options)],
  },
  paid: {
    min: 3,
    max: 3,
    call: ([id = '', number = '', reason], { opId, at, reference }) => [
      'POST',
      `${account(id)}/invoices/${encodeURIComponent(number)}/paid`,
      { opId, reason, ...(at && { at }), ...(reference && { reference }) },
    ],
  },
  'on-account': {
    min: 3,
    max: 3,
    call: ([id = '', limit, reason], { opId, overdueUntil }) => [
      'POST',
      `${account(id)}/on-account`,
      { opId, limit: limit === 'default' ? null : limit, reason, ...(overdueUntil && { allowOverdueUntil: overdueUntil }) },
    ],
  },
  reports: { min: 0, max: 0, call: () => ['GET', paths.admin.reports] },
  answer: {
    min: 3,
    max: 3,
    call: ([id = '', state, answer], { opId, bucket, amount }) => {
      const grantBack = bucket === undefined && amount === undefined ? {} : { grantBack: { bucket, amount } };
      return ['POST', paths.admin.resolve(id), { opId, state, answer, ...grantBack }];
    },
  },
  policies: { min: 0, max: 0, call: () => ['GET', '/v1/admin/policies'] },
  sick: { min: 0, max: 0, call: (_args, { after }) => ['GET', `${paths.admin.sickAccounts}${query({ after })}`] },
  audit: { min: 0, max: 1, call: ([accountId], { before }) => ['GET', `${paths.admin.audit}${query({ accountId, before })}`] },
  staff: { min: 0, max: 0, call: () => ['GET', paths.admin.staff] },
  'staff-add': {
    min: 2,
    max: 2,
    call: ([name, role], { opId, reason }) => ['POST', paths.admin.staff, { opId, name, role, ...(reason && { reason }) }],
  },
  'staff-revoke': {
    min: 1,
    max: 1,
    call: ([id = ''], { reason }) => ['POST', `${paths.admin.staff}/${encodeURIComponent(id)}/revoke`, reason ? { reason } : {}],
  },
  proposals: { min: 0, max: 0, call: () => ['GET', paths.admin.proposals] },
  confirm: { min: 1, max: 1, call: ([id = '']) => ['POST', `${paths.admin.proposals}/${encodeURIComponent(id)}/confirm`] },
  decline: {
    min: 2,
    max: 2,
    call: ([id = '', reason]) => ['POST', `${paths.admin.proposals}/${encodeURIComponent(id)}/decline`, { reason }],
  },
  tokens: { min: 1, max: 1, call: ([holder = '']) => ['GET', tokensOf(holder)] },
  'token-issue': {
    min: 2,
    max: 2,
    call: ([holder = '', label], { opId, expires, reason }) => {
      const more = { ...(expires && { expiresAt: expires }), ...(reason && { reason }) };
      return ['POST', tokensOf(holder), { opId, label, ...more }];
    },
  },
  'token-replace': {
    min: 2,
    max: 2,
    call: ([holder = '', token = ''], { opId, reason }) => [
      'POST',
      `${tokenAt(holder, token)}/replace`,
      { opId, ...(reason && { reason }) },
    ],
  },
  'token-revoke': {
    min: 2,
    max: 2,
    call: ([holder = '', token = ''], { reason }) => ['POST', `${tokenAt(holder, token)}/revoke`, reason ? { reason } : {}],
  },
};

class NotUnderstood extends Error {}

function understood(argv: readonly string[]): { readonly call: Call; readonly opId: OpId } {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      'op-id': { type: 'string' },
      money: { type: 'string' },
      currency: { type: 'string', default: 'EUR' },
      before: { type: 'string' },
      after: { type: 'string' },
      expires: { type: 'string' },
      reason: { type: 'string' },
      interval: { type: 'string' },
      slots: { type: 'string' },
      bucket: { type: 'string' },
      amount: { type: 'string' },
      at: { type: 'string' },
      reference: { type: 'string' },
      'overdue-until': { type: 'string' },
    },
  });
  const [name = '', ...args] = positionals;
  const command = COMMANDS[name];
  if (!command || args.length < command.min || args.length > command.max) throw new NotUnderstood(USAGE);
  const opId = opIdFrom(values['op-id'] ?? randomUUID());
  const { 'op-id': _, slots: slotsText, 'overdue-until': overdueUntil, ...rest } = values;
  const slots = slotsText === undefined ? undefined : Number(slotsText);
  if (slots !== undefined && !Number.isSafeInteger(slots)) throw new NotUnderstood('--slots is a whole number.');
  return { opId, call: command.call(args, { opId, slots, overdueUntil, ...rest }) };
}

/** Where a command writes, line by line: results by `log`, what is for people by `error`. */
type Lines = Pick<Console, 'log' | 'error'>;

/** Carries one command out. Answers the exit code that `USAGE` lists, and never rejects. */
export async function administer(args: readonly string[], env: NodeJS.ProcessEnv, lines: Lines): Promise<number> {
  try {
    return await ask(args, env, lines);
  } catch (error) {
    lines.error(error instanceof Error ? error.message : error);
    return 2;
  }
}

async function ask(args: readonly string[], env: NodeJS.ProcessEnv, lines: Lines): Promise<number> {
  if (args.includes('--help')) {
    lines.log(USAGE);
    return 0;
  }
  const server = env['BACKLOT_SERVER_URL'];
  const token = env['BACKLOT_ADMIN_TOKEN'];
  if (!server || !token) throw new NotUnderstood(USAGE);
  if (!isServerAddress(server)) throw new NotUnderstood(notAServer(server));
  const { call, opId } = understood(args);
  const [method, path, body] = call;
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  try {
    const response = await fetch(new URL(path, server), { method, headers, ...(body && { body: JSON.stringify(body) }) });
    // A proxy's page or another program at the address says nothing about what was asked.
    if (response.headers.get(CONTRACT_HEADER) !== CONTRACT_VERSION) throw new Error('not from us');
    lines.log(JSON.stringify(await response.json(), null, 2));
    return response.ok ? 0 : 1;
  } catch {
    const advice = body ? ` Whether it happened is not known: give the same command again with --op-id ${opId}, and it happens once.` : '';
    lines.error(`The server could not be asked.${advice}`);
    return 3;
  }
}
