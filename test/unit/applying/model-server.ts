/**
 * A credit server in a few lines: one account, one credit per photo, permanent answers. It shares no code with the real
 * one; tests use it where the network has to fail at an exact place.
 */
import type { Answer, Transport } from '../../../electron/wallet/transport.ts';
import type { Wallet } from '../../../shared/api/index.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import { accountNamed, millis, placed } from '../../quantities.ts';

export type Fault = 'none' | 'drop request' | 'drop response' | 'fault 500' | 'busy 503' | 'proxy page';

interface Hold {
  status: 'held' | 'settled' | 'released' | 'refused';
  readonly photo: string;
}

const noAnswer: Answer = { kind: 'silence', reason: 'The credit server cannot be reached.' };
const answer = (status: number, body: unknown, retryAfterMs: Millis | null = null): Answer => ({
  kind: 'answer',
  status,
  body,
  retryAfterMs,
});
const proxyPage: Answer = { kind: 'not from us', reason: 'What answered was not the credit server (404).', retryAfterMs: null };
const problem = (status: number, code: string, more: object = {}): Answer =>
  answer(status, {
    type: `https://backlot.invalid/problems/${code}`,
    title: code,
    status,
    detail: `The server says: ${code}.`,
    code,
    ...more,
  });

export class ModelServer implements Transport {
  available: number;
  readonly operations = new Map<string, Hold>();
  readonly requests: string[] = [];
  /** The fault of the next request. */
  nextFault: () => Fault = () => 'none';
  /** Called when a request has had its effect and when its answer is about to leave. */
  onEffect: () => void = () => undefined;

  constructor(available: number) {
    this.available = available;
  }

  async send(request: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; body?: unknown }): Promise<Answer> {
    this.requests.push(`${request.method} ${request.path}`);
    const fault = this.nextFault();
    if (fault === 'drop request') return noAnswer;
    if (fault === 'fault 500') return problem(500, 'internal');
    if (fault === 'busy 503') return problem(503, 'unavailable', {}).kind === 'answer' ? answer(503, null, millis(2000)) : noAnswer;
    if (fault === 'proxy page') return proxyPage;
    const body = structuredClone(request.body);
    const reply = this.carryOut(request.method, request.path, body);
    this.onEffect();
    return fault === 'drop response' ? noAnswer : structuredClone(reply);
  }

  download = async () => ({ kind: 'no file', reason: 'There are no files here.' }) as const;
  upload = async () => noAnswer;
  listen = () => () => undefined;

  /** Nobody resolved them in time: every hold comes back. */
  lapseHolds(): void {
    for (const hold of this.operations.values()) if (hold.status === 'held') this.giveBack(hold);
  }

  count(status: Hold['status']): number {
    return [...this.operations.values()].filter((hold) => hold.status === status).length;
  }

  /** How often each photo was charged. */
  charges(): Map<string, number> {
    const charges = new Map<string, number>();
    for (const { status, photo } of this.operations.values()) if (status === 'settled') charges.set(photo, (charges.get(photo) ?? 0) + 1);
    return charges;
  }

  private giveBack(hold: Hold): void {
    hold.status = 'released';
    this.available += 1;
  }

  private carryOut(method: string, path: string, body: unknown): Answer {
    if (method === 'POST' && path === '/v1/operations')
      return this.authorise(body as { atomic: boolean; operations: { opId: string; photo: string }[] });
    const [, opId = '', verb] = /^\/v1\/operations\/([^/]+)(?:\/(settle|release))?$/.exec(path) ?? [];
    const hold = this.operations.get(opId);
    if (hold === undefined) return problem(404, 'not_found');
    if (verb === 'settle' && hold.status === 'held') hold.status = 'settled';
    else if (verb === 'release' && hold.status === 'held') this.giveBack(hold);
    else if (verb === 'settle' && hold.status !== 'settled') return problem(409, 'conflict');
    else if (verb === 'release' && hold.status !== 'released') return problem(409, 'conflict');
    return answer(200, this.receipt(opId, hold));
  }

  private authorise({ atomic, operations }: { atomic: boolean; operations: { opId: string; photo: string }[] }): Answer {
    const fresh = operations.filter(({ opId }) => !this.operations.has(opId));
    const available = this.available;
    const all = !atomic || fresh.length <= available;
    for (const { opId, photo } of fresh) {
      const pays = all && this.available > 0;
      if (pays) this.available -= 1;
      this.operations.set(opId, { status: pays ? 'held' : 'refused', photo });
    }
    const outcomes = operations.map(({ opId }) => {
      const refused = this.operations.get(opId)?.status === 'refused';
      return {
        opId,
        status: refused ? 'refused' : 'held',
        amount: '1',
        slices: [],
        holdExpiresAt: null,
        ...(refused ? { code: 'insufficient_credit' } : {}),
      };
    });
    if (outcomes.some(({ status }) => status === 'held')) return answer(200, { outcomes, wallet: this.wallet() });
    const required = String(operations.length);
    return problem(402, 'insufficient_credit', {
      required,
      available: String(available),
      shortfall: String(operations.length - available),
      outcomes,
    });
  }

  private wallet(): Wallet {
    const policy = { id: 'model', label: 'Model', version: 1 };
    const amounts = { available: String(this.available), held: String(this.count('held')) };
    const asOf = '2026-11-23T09:00:00.000Z';
    return {
      accountId: accountNamed('acc_test'),
      policy,
      unit: { code: 'credit', scale: 0 },
      asOf,
      seq: placed(1),
      ...amounts,
      buckets: [],
      plan: null,
      alerts: [],
    };
  }

  private receipt(opId: string, { status }: Hold): unknown {
    const charged = status === 'settled' ? '1' : '0';
    return {
      opId,
      status,
      amount: '1',
      charged,
      returned: '0',
      slices: [],
      seq: placed(1),
      at: '2026-11-23T09:00:00.000Z',
      holdExpiresAt: null,
    };
  }
}
