import { expect, test } from 'vitest';
import { Drawing } from '../../../server/billing/invoices/drawing.ts';
import { KINDS, sampleInvoice } from './sample-invoices.ts';

test('sixty documents wait for the thread: one more is told to come back, and each of the sixty hears what became of it', async () => {
  const drawing = new Drawing();
  const [kind = ''] = Object.keys(KINDS);
  const document = sampleInvoice(kind, 'en');
  const waiting = Array.from({ length: 60 }, () => drawing.draw(document, 'pdf').then(String, (error: Error) => error.message));
  await expect(drawing.draw(document, 'pdf')).rejects.toMatchObject({ code: 'busy' });
  // Before the first of them is drawn: that takes the thread a while to begin with.
  await drawing.close();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['The server ends.']));
});
