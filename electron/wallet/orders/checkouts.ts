/**
 * The last payment that was sent to a provider's page, and what the server says has become of it. The outbox knows which it is, so it is found
 * again after a restart, even where the answer came only then.
 */
import { z } from 'zod';
import { checkout as checkoutAnswer, paths } from '../../../shared/api/index.ts';
import { NO_ACCOUNT } from '../../../shared/credits/model/minting.ts';
import type { AccountId, OpId } from '../../../shared/credits/model/quantities.ts';
import type { CheckoutView } from '../../../shared/ipc/wallet.ts';
import type { Cache } from '../copy/cache.ts';
import { judge } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import type { OutboxStore } from './outbox-store.ts';

const kept = z.object({ what: z.enum(['purchase', 'plan']), checkout: checkoutAnswer });
/** Nothing becomes of these any more. */
const isOver = (state: CheckoutView['state']): boolean => state === 'paid' || state === 'expired' || state === 'returned';

interface CheckoutParts {
  readonly cache: Cache;
  readonly orders: Pick<OutboxStore, 'lastCheckout'>;
  readonly accountId: () => AccountId | null;
}

/** The last payment on a provider's page, until it is paid and seen, or put away. */
export class Checkouts {
  readonly #parts: CheckoutParts;

  constructor(parts: CheckoutParts) {
    this.#parts = parts;
  }

  /** Null: there is none, or it was put away. */
  current(): CheckoutView | null {
    const known = this.#shown();
    if (known === null) return null;
    const { opId, state, message, checkoutUrl } = known.checkout;
    return { opId, what: known.what, state, message, payable: checkoutUrl !== null };
  }

  /** Where it is paid; null: nowhere any more. */
  page(): string | null {
    return this.#shown()?.checkout.checkoutUrl ?? null;
  }

  /** Not shown any more. */
  dismiss(opId: OpId): void {
    this.#parts.cache.remember('checkout put away', opId);
  }

  /** `isCurrent`: whether this is still the connection whose copy is kept. */
  async refresh(transport: Transport, isCurrent: () => boolean): Promise<void> {
    const { cache, orders, accountId } = this.#parts;
    const last = orders.lastCheckout(accountId() ?? NO_ACCOUNT);
    if (last === null) return;
    const known = cache.fact('checkout', kept)?.checkout;
    const same = known?.opId === last.opId;
    if (same && isOver(known.state)) return;
    const answer = await transport.send({ method: 'GET', path: paths.checkout(last.opId) });
    const verdict = judge(answer, checkoutAnswer, ({ opId }) => opId === last.opId);
    if (verdict.kind !== 'accepted' || !isCurrent()) return;
    // Paid before this copy of the wallet was begun: nobody waits to hear of it.
    if (!same && verdict.body.state === 'paid') this.dismiss(last.opId);
    cache.remember('checkout', { what: last.kind === 'plan' ? 'plan' : 'purchase', checkout: verdict.body });
  }

  #shown(): z.infer<typeof kept> | null {
    const { cache } = this.#parts;
    const known = cache.fact('checkout', kept);
    return known === null || cache.fact('checkout put away', z.string()) === known.checkout.opId ? null : known;
  }
}
