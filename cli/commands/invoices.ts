/** Invoices and credit notes: the list, or one of them as a file. */
import { z } from 'zod';
import { type Invoice, invoice, paths, wallet } from '../../shared/api/index.ts';
import { dayOf, priceOf } from '../amounts.ts';
import { defineCommand } from '../command.ts';
import { failure } from '../outcome.ts';
import type { Requests } from '../requests.ts';
import { freeName, saveFile } from '../saving.ts';
import { table } from '../screen.ts';

/** Of one request. */
const PAGE_INVOICES = 500;
/** Of one list: a server that never comes to an end of it is not followed for ever. */
const MOST_PAGES = 1_000;

/** `backlot invoices`: the list, or one file. */
export const invoices = defineCommand({
  name: 'invoices',
  declare: (command) =>
    command
      .argument('[number]', 'save this one, like BL-2026-000001')
      .option('--out <file>', 'where to; without it under its number, here')
      .option('--xml', 'the EN 16931 document instead of the PDF that carries it'),
  input: z.object({
    number: z
      .string()
      .regex(/^[A-Z0-9-]{1,60}$/, 'Invoice numbers look like BL-2026-000001.')
      .optional(),
    out: z.string().min(1).optional(),
    xml: z.boolean().default(false),
  }),
  output: z.object({
    unit: wallet.shape.unit,
    timeZone: wallet.shape.timeZone,
    invoices: z.array(invoice),
    savedTo: z.string().nullable(),
  }),
  async run(session, { number, out, xml }) {
    const { requests } = await session.connect();
    const { unit, timeZone } = await requests.get(paths.wallet, wallet);
    const all = await allInvoices(requests);
    if (number === undefined) return { value: { unit, timeZone, invoices: all.reverse(), savedTo: null } };
    const wanted = all.find((each) => each.number === number);
    if (wanted === undefined) throw failure('not_found', `There is no invoice ${number} on this account. Nothing was charged.`);
    const target = freeName(out ?? `${number}.${xml ? 'xml' : 'pdf'}`);
    await saveFile(target, [await requests.download(xml ? paths.invoiceXml(number) : paths.invoicePdf(number), `Invoice ${number}`)]);
    return { value: { unit, timeZone, invoices: [wanted], savedTo: target } };
  },
  render({ timeZone, invoices: list, savedTo }) {
    if (savedTo !== null) return `${savedTo}\n`;
    if (list.length === 0) return 'There are no invoices yet.\n';
    const rows = list.map((each) => [each.number, dayOf(each.issuedAt, timeZone), priceOf(each.total), each.state, each.description]);
    return table(rows, [2]);
  },
});

async function allInvoices(requests: Requests): Promise<Invoice[]> {
  const all: Invoice[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const last = all.at(-1);
    const after = last === undefined ? '' : `&after=${encodeURIComponent(last.number)}`;
    const more = await requests.get(`${paths.invoices}?limit=${PAGE_INVOICES}${after}`, z.array(invoice));
    all.push(...more);
    if (more.length < PAGE_INVOICES) break;
  }
  return all;
}
