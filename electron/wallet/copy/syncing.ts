/** The driver of `sync.ts`: carries out its effects and feeds back what came of them, one event at a time. */
import { type LedgerPage, ledgerPage, paths } from '../../../shared/api/index.ts';
import { seconds } from '../../../shared/credits/model/durations.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import { assertNever } from '../../../shared/result.ts';
import type { World } from '../../world.ts';
import { RetryGate } from '../http/retry-gate.ts';
import { judge, NOT_UNDERSTOOD } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import { initialSync, type Position, type SyncEffect, type SyncEvent, type SyncState, stepSync } from './sync.ts';

/** Entries. */
const PAGE_SIZE = 1000;
/** That may wait for one pull; whoever comes later reads the state as it is. */
const WAITERS_AT_MOST = 1000;
/** How long a copy that could not be written is left alone. */
const UNWRITTEN_PAUSE_MS = seconds(5);

/** What synchronising works on. */
interface SyncWork {
  /** How far the copy reaches. */
  position(): Position;
  /** Whether chain, hashes and signature of the page hold from `from` on. */
  isSound(page: LedgerPage, from: Position): Promise<boolean>;
  /** A sound page. Throws when the disk does not take it. */
  append(page: LedgerPage): void;
  /** Throws the copy away; the next pull begins at nothing. */
  rebuild(why: 'epoch' | 'chain'): void;
  /** Something beside the ledger changed: the next refresh is of everything. */
  everythingDue(): void;
  /** Fetches what comes with the ledger; null when all went well, else why not. */
  refresh(transport: Transport): Promise<{ readonly reason: string; readonly afterMs: Millis | null } | null>;
  /** What is shown may be another now. */
  announce(): void;
}

/** Keeps the copy up to date for as long as it is connected. */
export class Syncing {
  readonly #work: SyncWork;
  readonly #world: World;
  #state: SyncState;
  #transport: Transport | null = null;
  /** Counts connections: an answer for an earlier one is not taken for an answer of this one. */
  #connection = 0;
  #isStopped = false;
  /** Closed from a pull that failed until it is asked again. */
  readonly #pulls: RetryGate;
  /** Closed from a stream that ended until it is opened again. A new connection forgets nothing here: what lets no stream through may stand near us. */
  readonly #streams: RetryGate;
  #closeStream = (): void => undefined;
  #cancelWait = (): void => undefined;
  /** Called when the pull that they asked for has ended. */
  #waiters: (() => void)[] = [];

  constructor(work: SyncWork, world: World) {
    this.#work = work;
    this.#world = world;
    this.#state = initialSync(work.position(), world.clock.now());
    this.#pulls = new RetryGate(world, () => this.#feed({ kind: 'time to try' }));
    this.#streams = new RetryGate(world, () => this.#feed({ kind: 'time to listen' }));
  }

  get state(): SyncState {
    return this.#state;
  }

  connect(transport: Transport): void {
    this.#connection += 1;
    this.#transport = transport;
    this.#cancelPlans();
    this.#pulls.reset();
    this.#feed({ kind: 'connect' });
  }

  disconnect(reason: string): void {
    this.#connection += 1;
    this.#transport = null;
    this.#cancelPlans();
    this.#feed({ kind: 'disconnect', reason });
  }

  /** The ledger has grown. */
  wake(): void {
    this.#feed({ kind: 'wake' });
  }

  /** Pulls now; resolves when that is done, well or badly. */
  ask(): Promise<void> {
    this.#feed({ kind: 'ask' });
    if (this.#state.pull === 'idle' || this.#waiters.length >= WAITERS_AT_MOST) return Promise.resolve();
    return new Promise((resolve) => void this.#waiters.push(resolve));
  }

  /** Ends it for good; whoever waits is answered. */
  stop(): void {
    this.#isStopped = true;
    this.#connection += 1;
    this.#cancelPlans();
    this.#closeStream();
    this.#answerWaiters();
  }

  #feed(event: SyncEvent): void {
    if (this.#isStopped) return;
    const step = stepSync(this.#state, event, this.#world.clock.now());
    this.#state = step.state;
    try {
      for (const effect of step.effects) this.#carryOut(effect);
    } catch (error) {
      this.#startOver(error);
    }
    if (this.#state.pull === 'idle') this.#answerWaiters();
  }

  #cancelPlans(): void {
    this.#cancelWait();
    this.#pulls.stop();
    this.#streams.stop();
  }

  #answerWaiters(): void {
    for (const answer of this.#waiters.splice(0)) answer();
  }

  /** The copy could not be written (a full disk, say): go back to what it really holds and try later. */
  #startOver(error: unknown): void {
    this.#world.log('the ledger copy could not be written', { error: String(error) });
    this.#connection += 1;
    this.#closeStream();
    this.#cancelPlans();
    this.#state = { ...this.#state, position: this.#work.position(), pull: 'idle', stream: 'closed', waiting: false };
    this.#feed({
      kind: 'failed',
      reason: 'The wallet’s copy on this machine could not be written. Check the free space on the disk.',
      afterMs: UNWRITTEN_PAUSE_MS,
    });
  }

  #carryOut(effect: SyncEffect): void {
    switch (effect.kind) {
      case 'pull':
        void this.#inConnection((transport) => this.#pull(transport, effect.after));
        break;
      case 'append':
        this.#work.append(effect.page);
        break;
      case 'rebuild':
        this.#world.log('ledger copy thrown away', { why: effect.why });
        this.#work.rebuild(effect.why);
        break;
      case 'refresh':
        void this.#inConnection((transport) => this.#refresh(transport));
        break;
      case 'open stream':
        this.#openStream();
        break;
      case 'close stream':
        this.#closeStream();
        this.#closeStream = () => undefined;
        break;
      case 'wait':
        this.#cancelWait();
        this.#cancelWait = this.#world.timers.after(effect.ms, () => this.#feed({ kind: 'time to pull' }));
        break;
      case 'answered':
        this.#pulls.reset();
        break;
      case 'retry later':
        this.#pulls.close(effect.afterMs);
        break;
      case 'listen later':
        if (effect.hasLasted) this.#streams.succeed();
        this.#streams.close(null);
        break;
      case 'announce':
        this.#work.announce();
        break;
      default:
        assertNever(effect);
    }
  }

  /** Runs `job` and feeds its event, unless the connection changed meanwhile. A fault of ours ends like a failed pull. */
  async #inConnection(job: (transport: Transport) => Promise<SyncEvent>): Promise<void> {
    const mine = this.#connection;
    if (this.#transport === null) return;
    let event: SyncEvent;
    try {
      event = await job(this.#transport);
    } catch (error) {
      this.#world.log('synchronising failed', { error: String(error) });
      event = { kind: 'failed', reason: NOT_UNDERSTOOD, afterMs: null };
    }
    if (mine === this.#connection) this.#feed(event);
  }

  async #pull(transport: Transport, after: number): Promise<SyncEvent> {
    const answer = await transport.send({ method: 'GET', path: `${paths.ledger}?after=${after}&limit=${PAGE_SIZE}` });
    const verdict = judge(answer, ledgerPage, ({ entries }) => entries.length <= PAGE_SIZE);
    if (verdict.kind === 'accepted')
      return { kind: 'page', page: verdict.body, sound: await this.#work.isSound(verdict.body, this.#state.position) };
    return {
      kind: 'failed',
      reason: verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason,
      afterMs: verdict.kind === 'again' ? verdict.afterMs : null,
    };
  }

  async #refresh(transport: Transport): Promise<SyncEvent> {
    const trouble = await this.#work.refresh(transport);
    return trouble === null ? { kind: 'refreshed' } : { kind: 'failed', ...trouble };
  }

  #openStream(): void {
    const mine = this.#connection;
    const feedOwn = (event: SyncEvent): void => {
      if (mine === this.#connection) this.#feed(event);
    };
    if (this.#transport === null) return;
    this.#closeStream = this.#transport.listen(paths.ledgerStream, {
      open: () => {
        // What happened beside the ledger before it was open has woken nobody.
        if (mine === this.#connection) this.#work.everythingDue();
        feedOwn({ kind: 'stream opened' });
      },
      wake: (what) => {
        if (mine === this.#connection && what === 'account') this.#work.everythingDue();
        feedOwn({ kind: 'wake' });
      },
      end: () => feedOwn({ kind: 'stream ended' }),
    });
  }
}
