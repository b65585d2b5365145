/** Invoices and their PDFs: listed from the cache, the PDFs kept on disk from the first sync on, so that both can be read offline. */
import { existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invoice as invoiceSchema, paths } from '../../shared/api.ts';
import type { InvoiceView } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Cache } from './cache.ts';
import type { Transport } from './transport.ts';
import { judge, type Verdict } from './verdict.ts';

const invoiceList = z.array(invoiceSchema);
const pageSize = 500;

export interface Invoices {
  list(): InvoiceView[];
  /** The PDF on this machine, fetched first if need be. */
  pdf(number: string): Promise<Result<string>>;
  /** Fetches the list and every PDF that is missing. */
  refresh(transport: Transport): Promise<Verdict>;
}

export function createInvoices(parts: { cache: () => Cache; folder: string; transport: () => Transport | null }): Invoices {
  const { cache, folder } = parts;
  const fileOf = (number: string): string => join(folder, `${number.replaceAll(/[^0-9A-Za-z._-]/g, '_')}.pdf`);
  const isStored = (number: string): boolean => existsSync(fileOf(number));

  async function store(transport: Transport, number: string): Promise<Result<string>> {
    const answer = await transport.download(paths.invoicePdf(number));
    if (answer.kind === 'no file') {
      return fail({
        code: 'invoice_not_stored',
        message: `Invoice ${number} is not on this machine yet. ${answer.reason} Try again when the network is back.`,
      });
    }
    await mkdir(folder, { recursive: true });
    const target = fileOf(number);
    const file = await open(`${target}.part`, 'w');
    try {
      await file.writeFile(answer.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${target}.part`, target);
    return ok(target);
  }

  return {
    list: () =>
      cache()
        .invoices()
        .map(({ number, kind, credits, issuedAt, description, net, tax, total, state }) => ({
          number,
          kind,
          credits,
          issuedAt,
          description,
          net,
          tax,
          total,
          state,
          stored: isStored(number),
        })),
    async pdf(number) {
      if (
        !cache()
          .invoices()
          .some((invoice) => invoice.number === number)
      ) {
        return fail({ code: 'invoice_unknown', message: `There is no invoice ${number} in this wallet.` });
      }
      if (isStored(number)) return ok(fileOf(number));
      const transport = parts.transport();
      if (transport === null)
        return fail({
          code: 'offline',
          message: `Offline. Invoice ${number} is not on this machine yet; it is fetched when the network is back.`,
        });
      return store(transport, number);
    },
    async refresh(transport) {
      for (let after = ''; ; ) {
        const path = `${paths.invoices}?limit=${pageSize}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
        const verdict = judge(await transport.send({ method: 'GET', path }));
        if (verdict.kind !== 'accepted') return verdict;
        const invoices = invoiceList.parse(verdict.body);
        cache().saveInvoices(invoices);
        // A PDF that does not come now comes with the next refresh; the list is right without it.
        for (const { number } of invoices) if (!isStored(number)) await store(transport, number);
        const last = invoices.at(-1);
        if (last === undefined || invoices.length < pageSize) return verdict;
        after = last.number;
      }
    },
  };
}
