/**
 * The last payment that was sent to a provider's page, and what the server says has become of it. The outbox knows which it is, so it is found
 * again after a restart, even where the answer came only then.
 */
import { z } from 'zod';
import { checkout as checkoutAnswer, paths } from '../../../shared/api/index.ts';
import { NO_ACCOUNT } from '../../../shared/credits/model/minting.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import type { CheckoutView } from '../../../shared/ipc/wallet.ts';
import type { Cache } from '../copy/cache.ts';
import { judge } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import type { Outbox } from './outbox.ts';

export interface Checkouts {
  /** Null: there is none, or it was put away. */
  current(): CheckoutView | null;
  /** Where it is paid; null: nowhere any more. */
  page(): string | null;
  dismiss(opId: string): void;
  /** `isCurrent`: whether this is still the connection whose copy is kept. */
  refresh(transport: Transport, isCurrent: () => boolean): Promise<void>;
}

const kept = z.object({ what: z.enum(['purchase', 'plan']), checkout: checkoutAnswer });
/** Nothing becomes of these any more. */
const isOver = (state: CheckoutView['state']): boolean => state === 'paid' || state === 'expired' || state === 'returned';

export function createCheckouts(parts: {
  readonly cache: Cache;
  readonly outbox: () => Outbox;
  readonly accountId: () => AccountId | null;
}): Checkouts {
  const { cache } = parts;
  const dismiss = (opId: string): void => cache.remember('checkout put away', opId);
  function shown(): z.infer<typeof kept> | null {
    const known = cache.fact('checkout', kept);
    return known === null || cache.fact('checkout put away', z.string()) === known.checkout.opId ? null : known;
  }
  return {
    current() {
      const known = shown();
      if (known === null) return null;
      const { opId, state, message, checkoutUrl } = known.checkout;
      return { opId, what: known.what, state, message, payable: checkoutUrl !== null };
    },
    page: () => shown()?.checkout.checkoutUrl ?? null,
    dismiss,
    async refresh(transport, isCurrent) {
      const last = parts.outbox().lastCheckout(parts.accountId() ?? NO_ACCOUNT);
      if (last === null) return;
      const known = cache.fact('checkout', kept)?.checkout;
      const same = known?.opId === last.opId;
      if (same && isOver(known.state)) return;
      const asked = await transport.send({ method: 'GET', path: paths.checkout(last.opId) });
      const verdict = judge(asked, checkoutAnswer, ({ opId }) => opId === last.opId);
      if (verdict.kind !== 'accepted' || !isCurrent()) return;
      // Paid before this copy of the wallet was begun: nobody waits to hear of it.
      if (!same && verdict.body.state === 'paid') dismiss(last.opId);
      cache.remember('checkout', { what: last.kind === 'plan' ? 'plan' : 'purchase', checkout: verdict.body });
    },
  };
}
