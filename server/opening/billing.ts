/** Selling: on account and through payment providers, with what is charged and given back by itself. */

import { Checkouts } from '../billing/checkouts.ts';
import { AutomaticTopUps } from '../billing/fulfilment/automatic.ts';
import { PaymentEvents } from '../billing/fulfilment/events.ts';
import { Drawing } from '../billing/invoices/drawing.ts';
import { type Issuer, loadIssuer } from '../billing/issuer.ts';
import type { Needs } from '../billing/needs.ts';
import { OnAccount } from '../billing/on-account.ts';
import { Payouts } from '../billing/payments/payouts.ts';
import { openProviders, type Providers } from '../billing/payments/providers.ts';
import { ReturnAddress } from '../billing/payments/return-address.ts';
import type { Till } from '../billing/purchases.ts';
import { Renewals } from '../billing/renewals/collecting.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Foundation } from './foundation.ts';
import type { Undo } from './undo.ts';

/** What is sold through, before there is a ledger. */
interface Selling {
  readonly issuer: Issuer;
  readonly returns: ReturnAddress;
  readonly providers: Providers;
  readonly onAccount: OnAccount;
}

/** Loads who bills, and opens the providers that keys were given for. */
export async function openSelling(options: Foundation['options']): Promise<Selling> {
  const issuer = await loadIssuer(options.dataFolder);
  const returns = new ReturnAddress(options.payments.publicUrl);
  const providers = await openProviders(options.payments, returns);
  return { issuer, returns, providers, onAccount: new OnAccount({ issuer, providers, neverOverdue: options.billsNobody }) };
}

/** The selling parts of an open server, in the order of construction. */
export interface BillingParts {
  readonly needs: Needs;
  readonly till: Till;
  readonly drawing: Drawing;
  readonly payouts: Payouts;
  readonly automatic: AutomaticTopUps;
  readonly renewals: Renewals;
  readonly payments: PaymentEvents;
}

/** Puts it together on the ledger. */
export function openBilling(foundation: Foundation, selling: Selling, ledger: Ledger, undo: Undo): BillingParts {
  const { db, clock, changed } = foundation;
  const { issuer, providers, onAccount } = selling;
  const needs: Needs = { ledger, pool: db.pool, clock, issuer, onAccount };
  const drawing = undo.beside('drawing of invoices', new Drawing(), (opened) => opened.close());
  const payouts = new Payouts(db.pool, providers);
  const automatic = undo.beside(
    'automatic top-ups',
    new AutomaticTopUps({ ...needs, background: db.background, providers, payouts }),
    (opened) => opened.close(),
  );
  const renewals = new Renewals({ ...needs, providers, changed });
  return {
    needs,
    till: { ...needs, providers, checkouts: new Checkouts({ ...needs, providers }) },
    drawing,
    payouts,
    automatic,
    renewals,
    payments: new PaymentEvents({ ...needs, payouts, renewals, automatic, changed }),
  };
}
