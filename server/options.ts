/** The server's command line. */
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseInstant } from '../shared/credits/model/instants.ts';
import type { Instant } from '../shared/credits/model/quantities.ts';
import type { Cap, Caps } from './admin/caps.ts';
import { PAYMENT_USAGE, type PaymentSettings, readPayments } from './billing/payments/settings.ts';
import { MAIL_USAGE, type MailSettings, readMail, readWebhooks, WEBHOOK_USAGE, type WebhookSettings } from './messages/settings.ts';
import { OBJECTS_USAGE, type ObjectSettings, readObjects } from './objects/settings.ts';
import { SHORTEST_DAYS } from './retention.ts';

/** What a server was started with: the command line and the environment, judged. */
export interface Options {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  /** The policy of public prices and of accounts that name none. */
  readonly policy: string;
  /** A company's own policy, as JSON. */
  readonly policyFile: string | null;
  readonly testClock: boolean;
  /** When the launch promotion began; null: remembered from the first start. */
  readonly launch: Instant | null;
  /** Requests per minute and account, or address where no token is needed. */
  readonly rateLimit: number;
  /** Refused sign-ins and addresses that are none, per minute and address. */
  readonly failureLimit: number;
  /** Whose word counts for where a request came from: false: nobody's; a number of proxies; their addresses and networks. */
  readonly trustProxy: false | number | string[];
  /** Reports of one account that may wait for staff at once. */
  readonly openReports: number;
  /** Bytes of files of one account's reports that may be kept at once. */
  readonly reportBytes: number;
  /** So many days after the answer the files of a report are deleted. */
  readonly reportDays: number;
  /** Whether another retoucher looks at every answer before it goes out. */
  readonly secondLook: boolean;
  /** By environment only. */
  readonly objects: ObjectSettings;
  /** How much credit staff may give, at once and in a day. */
  readonly grantCaps: Caps;
  /** Ends when standard input closes: for a parent process that may die. */
  readonly stopWithStdin: boolean;
  /** Nobody is asked to pay what is open: no invoice is ever overdue. For the studio on one's own machine. */
  readonly billsNobody: boolean;
  /** By environment only. */
  readonly payments: PaymentSettings;
  /** By environment only. null: no e-mail is sent. */
  readonly mail: MailSettings | null;
  /** By environment only. */
  readonly webhooks: WebhookSettings;
  /** How long events of providers and messages to the outside are kept, in days. */
  readonly retentionDays: number;
}

/** The server's help: every option and variable with its default. */
export const USAGE = `backlot server
  --port N           default 0: any free port
  --host ADDRESS     default 127.0.0.1
  --data DIR         secrets, signing key and (without DATABASE_URL) the embedded PostgreSQL
  --policy ID        default background-studio
  --policy-file FILE a policy of your own as JSON; refused with the place in it that is wrong
  --launch INSTANT   the launch promotion's first moment; default: this database's first start
  --rate-limit N     requests per minute and account, default 30000
  --failure-limit N  refused sign-ins and wrong addresses per minute and address; default: a hundredth of the rate limit, from 10 to 300
  --trust-proxy WHO  whose X-Forwarded-For is believed: none (default), a number of proxies in front, or their addresses, separated by commas
  --support-cap A/B  credit that support may give at once and in a day, in the policy's unit, default 10000/100000
  --owner-cap A/B    the same of an owner alone, default 1000000/10000000; above it a second owner confirms
  --open-reports N   reports of one account that may wait for staff at once, default 200
  --report-mb N      megabytes of files of one account's reports that may be kept at once, default 2000
  --report-days N    days after its answer that the files of a report are kept, default 30
  --second-look      another retoucher looks at every answer to a report before it goes out
  --test-clock       an administrator may set the clock (refused when NODE_ENV=production)
  --stop-with-stdin  ends when standard input closes
  --bills-nobody     no invoice is ever overdue: for the studio on one's own machine

${PAYMENT_USAGE}

${MAIL_USAGE}

${WEBHOOK_USAGE}

${OBJECTS_USAGE}

  BACKLOT_RETENTION_DAYS     how long events of providers and messages to the outside are kept, at least 30, default 180`;

/** Reads the arguments. Throws with the sentence to show when one is wrong. */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: env['BACKLOT_SERVER_DATA'] ?? join(homedir(), '.local', 'share', 'backlot-server') },
      policy: { type: 'string', default: 'background-studio' },
      'policy-file': { type: 'string' },
      launch: { type: 'string' },
      'rate-limit': { type: 'string', default: '30000' },
      'failure-limit': { type: 'string' },
      'trust-proxy': { type: 'string', default: 'none' },
      'support-cap': { type: 'string', default: '10000/100000' },
      'owner-cap': { type: 'string', default: '1000000/10000000' },
      'open-reports': { type: 'string', default: '200' },
      'report-mb': { type: 'string', default: '2000' },
      'report-days': { type: 'string', default: '30' },
      'second-look': { type: 'boolean', default: false },
      'test-clock': { type: 'boolean', default: false },
      'stop-with-stdin': { type: 'boolean', default: false },
      'bills-nobody': { type: 'boolean', default: false },
    },
  });
  const launch = values.launch === undefined ? null : parseInstant(values.launch);
  if (launch !== null && !(launch >= 0))
    throw new Error(`--launch ${values.launch} is not an instant. Write it like 2026-11-23T00:00:00Z.`);
  if (values['test-clock'] && env['NODE_ENV'] === 'production')
    throw new Error('--test-clock is refused when NODE_ENV=production: nobody may set the clock of real accounts.');
  const rateLimit = integer('--rate-limit', values['rate-limit'], 1, 10_000_000);
  return {
    port: integer('--port', values.port, 0, 65_535),
    host: values.host,
    dataFolder: resolve(values.data),
    databaseUrl: env['DATABASE_URL'] || undefined,
    policy: values.policy,
    policyFile: values['policy-file'] === undefined ? null : resolve(values['policy-file']),
    testClock: values['test-clock'],
    launch,
    rateLimit,
    failureLimit: integer('--failure-limit', values['failure-limit'] ?? String(failuresFor(rateLimit)), 1, 10_000_000),
    trustProxy: proxies(values['trust-proxy']),
    grantCaps: { support: cap('--support-cap', values['support-cap']), owner: cap('--owner-cap', values['owner-cap']) },
    openReports: integer('--open-reports', values['open-reports'], 1, 1_000_000),
    reportBytes: integer('--report-mb', values['report-mb'], 1, 1_000_000) * 1_000_000,
    reportDays: integer('--report-days', values['report-days'], 1, 3650),
    secondLook: values['second-look'],
    objects: readObjects(env),
    stopWithStdin: values['stop-with-stdin'],
    billsNobody: values['bills-nobody'],
    payments: readPayments(env),
    mail: readMail(env),
    webhooks: readWebhooks(env),
    retentionDays: integer('BACKLOT_RETENTION_DAYS', env['BACKLOT_RETENTION_DAYS'] || '180', SHORTEST_DAYS, 36_500),
  };
}

/** Failing is cheap to ask for and dear to answer: far less of it is borne. */
const failuresFor = (rateLimit: number): number => Math.min(300, Math.max(10, Math.floor(rateLimit / 100)));

const MOST_PROXIES = 10;

function proxies(text: string): Options['trustProxy'] {
  if (text === 'none') return false;
  if (/^\d+$/.test(text)) return integer('--trust-proxy', text, 1, MOST_PROXIES);
  const named = text.split(',').map((one) => one.trim());
  const wrong = named.find((one) => {
    const [address = '', bits, ...rest] = one.split('/');
    const longest = isIP(address) === 4 ? 32 : 128;
    return isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= longest));
  });
  if (wrong !== undefined)
    throw new Error(`--trust-proxy ${text}: “${wrong}” is no address. Write none, a number of proxies, or addresses like 10.0.0.0/8,::1.`);
  return named;
}

function cap(name: string, text: string): Cap {
  const [, atOnce, aDay] = /^(\d{1,18})\/(\d{1,18})$/.exec(text) ?? [];
  if (atOnce === undefined || aDay === undefined || BigInt(atOnce) > BigInt(aDay))
    throw new Error(`${name} ${text} is not two whole numbers, at once and in a day, like 10000/100000.`);
  return { atOnce: BigInt(atOnce), aDay: BigInt(aDay) };
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Error(`${name} ${text} is not a whole number from ${min} to ${max}.`);
  return value;
}
