/** The table of routes: every room gets the services that it uses, and no others. */
import { Proposals } from '../admin/proposals.ts';
import { StaffList } from '../admin/staff-list.ts';
import { TokenDesk } from '../admin/token-desk.ts';
import { openingRoutes, timeRoutes } from '../routes/admin.ts';
import { adminAccountRoutes } from '../routes/admin-accounts.ts';
import { adminBalanceRoutes } from '../routes/admin-balances.ts';
import { adminPageRoutes } from '../routes/admin-page.ts';
import { autoTopUpRoutes } from '../routes/auto-top-up.ts';
import { billingDetailsRoutes } from '../routes/billing-details.ts';
import { generationRoutes } from '../routes/generations.ts';
import { invoiceRoutes } from '../routes/invoices.ts';
import { ledgerRoutes } from '../routes/ledger.ts';
import { operationRoutes } from '../routes/operations.ts';
import { policyRoutes } from '../routes/policy.ts';
import { proposalRoutes } from '../routes/proposals.ts';
import { purchaseRoutes } from '../routes/purchases.ts';
import { refundRoutes } from '../routes/refunds.ts';
import { reportRoutes } from '../routes/reports.ts';
import type { Route } from '../routes/route.ts';
import { staffRoutes } from '../routes/staff.ts';
import { streamRoutes } from '../routes/stream.ts';
import { subscriptionRoutes } from '../routes/subscription.ts';
import { tokenRoutes } from '../routes/tokens.ts';
import { uploadRoutes } from '../routes/uploads.ts';
import { walletRoutes } from '../routes/wallet.ts';
import { webhookEndpointRoutes } from '../routes/webhook-endpoints.ts';
import { webhookRoutes } from '../routes/webhooks.ts';
import { Streams } from '../streams.ts';
import type { BillingParts } from './billing.ts';
import type { Foundation } from './foundation.ts';
import type { LedgerParts } from './ledger.ts';
import type { MessageParts } from './messages.ts';
import type { ReportingParts } from './reports.ts';
import type { WorkParts } from './work.ts';

/** The floors below the table. */
interface Floors {
  readonly foundation: Foundation;
  readonly ledgers: LedgerParts;
  readonly billing: BillingParts;
  readonly messages: MessageParts;
  readonly reporting: ReportingParts;
  readonly work: WorkParts;
}

/** All routes, in the order of the OpenAPI document. */
export function routesOf({ foundation, ledgers, billing, messages, reporting, work }: Floors): Route[] {
  const { options, db, clock, testClock, auth, wake, policies, ended, changed } = foundation;
  const { pool } = db;
  const { ledger, wallets, operations, history, accounts } = ledgers;
  const { needs, till, drawing, payouts, payments } = billing;
  const proposals = new Proposals(pool, clock, options.grantCaps);
  return [
    ...walletRoutes(wallets),
    ...operationRoutes(operations),
    ...ledgerRoutes(history),
    ...streamRoutes({ wallets, wake, streams: new Streams(), auth }),
    ...policyRoutes(wallets),
    ...purchaseRoutes({ till, wallets }),
    ...refundRoutes({ ...needs, payouts, proposals }),
    ...subscriptionRoutes(till),
    ...invoiceRoutes({ ledger, pool, drawing }),
    ...billingDetailsRoutes({ ...needs, changed }),
    ...reportRoutes({ ...reporting, giving: { pool, ledger, operations, accounts } }),
    ...uploadRoutes(reporting.tus),
    ...generationRoutes({ generations: work.generations, testing: testClock !== null }),
    ...autoTopUpRoutes(needs),
    ...webhookRoutes({ providers: till.providers, payments }),
    ...webhookEndpointRoutes(messages.endpoints),
    ...openingRoutes({ accounts, proposals }),
    ...timeRoutes({ testClock, ...work }),
    ...staffRoutes({ staffList: new StaffList(pool, clock, ended), pool, policies }),
    ...tokenRoutes(new TokenDesk(pool, clock, ended)),
    ...proposalRoutes({ proposals, giving: { ...needs, accounts, payouts, wallets } }),
    ...adminAccountRoutes({ ...needs, wallets, changed }),
    ...adminBalanceRoutes({ ...needs, wallets, proposals }),
    ...adminPageRoutes(),
  ];
}
