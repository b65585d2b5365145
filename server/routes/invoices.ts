/** GET /v1/invoices · GET /v1/invoices/{number}.pdf · …/{number}.xml */
import type pg from 'pg';
import { z } from 'zod';
import { invoice, invoiceQuery } from '../../shared/api/index.ts';
import type { Drawing } from '../billing/invoices/drawing.ts';
import { listInvoices, loadNamed } from '../billing/invoices/invoices.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { file } from './reply.ts';
import { forAccount, type Route } from './route.ts';

/** Invoices and credit notes, as data and as documents. */
export const invoiceRoutes = ({
  ledger,
  pool,
  drawing,
}: {
  readonly ledger: Pick<Ledger, 'caughtUp'>;
  readonly pool: pg.Pool;
  readonly drawing: Drawing;
}): Route[] => [
  forAccount('GET /v1/invoices', {
    summary: 'Invoices and credit notes, oldest first',
    query: invoiceQuery,
    answer: z.array(invoice),
    handle: async ({ accountId, query }) => {
      // A renewal whose time has come is billed first, so that the list and the wallet tell of the same period.
      await ledger.caughtUp(accountId);
      return listInvoices(pool, accountId, query.after ?? '', query.limit);
    },
  }),
  forAccount('GET /v1/invoices/:file', {
    summary: 'One invoice: {number}.pdf (PDF/A-3, Factur-X) or {number}.xml (EN 16931, CII)',
    params: z.object({ file: z.string().regex(/^[A-Z0-9-]{1,60}\.(pdf|xml)$/) }),
    produces: ['application/pdf', 'application/xml'],
    handle: async ({ accountId, params }) => {
      const { document, hash } = await loadNamed(pool, accountId, params.file.slice(0, -'.pdf'.length));
      const as = params.file.endsWith('.xml') ? 'xml' : 'pdf';
      return file(`application/${as}`, await drawing.draw(document, as), {
        etag: `"${hash}"`,
        'content-disposition': `inline; filename="${params.file}"`,
      });
    },
  }),
];
