/**
 * GET /v1/ledger/stream: server-sent events that only wake; pulling is the truth. Alerts come along when they change, and `account` says that
 * something beside the ledger did: a renewal that was declined, a checkout that was left.
 */
import { STREAM_HEARTBEAT_MS } from '../../shared/api/index.ts';
import type { AccountId, Seq } from '../../shared/credits/model/quantities.ts';
import type { Authenticator } from '../identity/auth.ts';
import type { Wake } from '../ledger/wake.ts';
import type { Wallets } from '../ledger/wallets.ts';
import { Refusal } from '../problems.ts';
import type { Streams } from '../streams.ts';
import { EventStream, type Outlet } from './reply.ts';
import { forAccount, type Route } from './route.ts';

/** What may wait for somebody who does not read; then the stream ends. */
const UNREAD_BYTES = 256 * 1024;

/** What a stream listens to. */
interface Sources {
  readonly wallets: Pick<Wallets, 'read' | 'alerts'>;
  readonly wake: Pick<Wake, 'listen' | 'onClose'>;
  readonly streams: Streams;
  readonly auth: Pick<Authenticator, 'watch' | 'identify'>;
}

/** The event stream of an account. */
export const streamRoutes = (sources: Sources): Route[] => [
  forAccount('GET /v1/ledger/stream', {
    summary: 'Wakes when the ledger grows (event ledger, id = seq), alerts change (event alerts), or a payment does (event account)',
    produces: ['text/event-stream'],
    handle: async ({ accountId, tokenId, headers }) => {
      const { seq, alerts } = await sources.wallets.read(accountId);
      const first = { seq, alerts: JSON.stringify(alerts), tokenId, authorization: headers.authorization };
      return new EventStream((out) => stream(sources, accountId, out, first));
    },
  }),
];

interface Opened {
  readonly seq: Seq;
  readonly alerts: string;
  /** The token that opened it: the stream ends with it. */
  readonly tokenId: string;
  readonly authorization: string | undefined;
}

function stream({ wallets, wake, streams, auth }: Sources, accountId: AccountId, out: Outlet, first: Opened): void {
  let lastAlerts = first.alerts;
  const say = (text: string): void => {
    if (out.writableLength > UNREAD_BYTES) out.destroy();
    else out.write(text);
  };
  /** Sends what the wallet warns of at this moment, where that has changed. `seq`: at least so far; null: wherever the memory of this server stands. */
  const sendAlerts = (seq: Seq | null): void => {
    wallets.alerts(accountId, seq).then(
      (alerts) => {
        const now = JSON.stringify(alerts);
        if (now !== lastAlerts) say(`event: alerts\ndata: ${now}\n\n`);
        lastAlerts = now;
      },
      // The next wake-up looks again.
      () => undefined,
    );
  };
  const ledger = (at: Seq): string => `id: ${at}\nevent: ledger\ndata: {"seq":${at}}\n\n`;
  const tell = (at: Seq | null): void => {
    say(at === null ? 'event: account\ndata: {}\n\n' : ledger(at));
    sendAlerts(at);
  };
  say(`${ledger(first.seq)}event: alerts\ndata: ${lastAlerts}\n\n`);
  const leaving = [
    wake.listen(accountId, tell),
    wake.onClose(() => out.end()),
    streams.enter(accountId, () => out.end()),
    auth.watch(first.tokenId, () => out.end()),
  ];
  // What time alone brings (credit that expires soon) is looked for as often: in memory, the database is asked for the token alone.
  const heartbeat = setInterval(() => {
    say(': still here\n\n');
    sendAlerts(null);
    // A token that expired, or whose end was told while nobody could listen. A database that is away ends no stream.
    auth.identify(first.authorization).catch((error: unknown) => error instanceof Refusal && error.code === 'unauthorized' && out.end());
  }, STREAM_HEARTBEAT_MS);
  out.once('close', () => {
    clearInterval(heartbeat);
    for (const leave of leaving) leave();
  });
}
