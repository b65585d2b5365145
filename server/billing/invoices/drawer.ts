/** The thread that draws invoices: the server goes on answering meanwhile. One after the other, each from its stored document. */
import { parentPort } from 'node:worker_threads';
import type { Drawn, DrawRequest } from './drawing.ts';
import { toXml } from './e-invoice.ts';
import { drawInvoice } from './pdf.ts';

async function draw({ id, document, as }: DrawRequest): Promise<Drawn> {
  try {
    const xml = await toXml(document);
    return { id, file: as === 'xml' ? Buffer.from(xml) : await drawInvoice(document, xml) };
  } catch (error) {
    return { id, failed: error instanceof Error ? error.message : String(error) };
  }
}

let before: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: DrawRequest) => {
  before = before.then(async () => parentPort?.postMessage(await draw(request)));
});
