/** One invoice of every kind that is written here, in any language: who is billed, for what, and how it is paid. */
import {
  documentOf,
  type InvoiceDocument,
  type InvoiceLine,
  lineOf,
  negated,
  totalsOf,
} from '../../../server/billing/invoices/document.ts';
import { type Language, lineText } from '../../../server/billing/invoices/texts/texts.ts';
import type { Issuer } from '../../../server/billing/issuer.ts';
import { taxOf } from '../../../server/billing/tax/tax.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import { accountNamed, cents, instant, opNamed } from '../../quantities.ts';

const AT = instant(Date.UTC(2026, 5, 10, 12));

export const ISSUER: Issuer = {
  id: 'BL',
  name: 'Backlot & Söhne <Studio>',
  address: ['Example Street 1', '10115 Berlin', 'Germany'],
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@backlot.example',
};
const TRANSFER: Issuer = { ...ISSUER, iban: 'DE02120300000000202051', registration: 'HRB 1' };
/** Outside the Union, with a number for tax that is none for VAT. */
const AMERICAN: Issuer = { ...ISSUER, country: 'US', vatId: '12-3456789', address: ['1 Main Street', 'Springfield, IL 62701'] };

const WHO = {
  consumer: { country: 'DE', vatId: null, name: 'Jürgen Groß', address: ['Königstraße 12', '70173 Stuttgart'] },
  domestic: { country: 'DE', vatId: 'DE123456789', name: 'Autohaus am Ring GmbH & Co. KG', address: ['Am Ring 1', '50667 Köln'] },
  finn: { country: 'FI', vatId: null, name: 'Öljymäki Oy', address: [] },
  polish: {
    country: 'PL',
    vatId: 'PL1234567890',
    name: 'Łódź Auto Sp. z o.o. — oddział w Świętochłowicach, dział zakupów i obsługi flot samochodowych',
    address: ['ul. Piękna 1', 'budynek B, II piętro', 'klatka schodowa 3, domofon 12', '90-001 Łódź', 'województwo łódzkie'],
  },
  monegasque: { country: 'MC', vatId: 'FR40303265045', name: 'Garage de l’Étoile', address: ['1 avenue de la Costa'] },
  american: { country: 'US', vatId: null, name: 'Main Street Motors LLC', address: ['1 Main Street'] },
  unknown: { country: null, vatId: null, name: null, address: [] },
} as const;

const bills = {
  pack: (l) => [
    lineOf(lineText(l, { kind: 'credits', amount: '1250.50', of: 'Background Studio', until: laterBy(AT, days(365)) }), cents(99_900n)),
  ],
  topUp: (l) => [
    lineOf(lineText(l, { kind: 'balance', amount: '120.00', unit: 'EUR', of: 'Photo Generator', until: null }), cents(12_000n)),
  ],
  renewal: (l) => [lineOf(lineText(l, { kind: 'period', plan: 'Professional Plus', from: AT, to: laterBy(AT, days(30)) }), cents(4_900n))],
  proration: (l) => [
    lineOf(lineText(l, { kind: 'plan', plan: 'Professional Plus' }), cents(9_900n)),
    lineOf(lineText(l, { kind: 'unused-time', plan: 'Professional' }), cents(-3_333n)),
    lineOf(lineText(l, { kind: 'earlier-credit' }), cents(-1_007n)),
  ],
  nothing: (l) => [
    lineOf(lineText(l, { kind: 'plan', plan: 'Basic' }), cents(2_000n)),
    lineOf(lineText(l, { kind: 'unused-time', plan: 'Professional' }), cents(-3_333n)),
    lineOf(lineText(l, { kind: 'carried' }), cents(1_333n)),
  ],
  forty: (l) =>
    Array.from({ length: 40 }, (_, i) =>
      lineOf(lineText(l, { kind: 'period', plan: `Plus ${i + 1}`, from: AT, to: laterBy(AT, days(i)) }), cents(333n), i % 3 ? '1' : '2.5'),
    ),
  refund: (l) => [lineOf(lineText(l, { kind: 'refund', amount: '50', unit: 'credit', of: 'Background Studio' }), cents(999n))],
  restored: (l) => [lineOf(lineText(l, { kind: 'restored', of: 'Background Studio' }), cents(999n))],
} satisfies Record<string, (language: Language) => InvoiceLine[]>;

interface Kind {
  readonly who: keyof typeof WHO;
  readonly bill: keyof typeof bills;
  readonly how: 'open' | 'transfer' | 'paid' | 'charged' | 'credit-note' | 'again';
  readonly issuer?: Issuer;
}

export const KINDS: Readonly<Record<string, Kind>> = {
  'a pack at home, open': { who: 'consumer', bill: 'pack', how: 'open' },
  'a pack for a business at home, by transfer': { who: 'domestic', bill: 'pack', how: 'transfer' },
  'a top-up at a rate of 25.5 %, paid': { who: 'finn', bill: 'topUp', how: 'paid' },
  'a renewal with reverse charge, charged': { who: 'polish', bill: 'renewal', how: 'charged' },
  'a pack in Monaco, reverse charge': { who: 'monegasque', bill: 'pack', how: 'open' },
  'a change of plan outside the Union': { who: 'american', bill: 'proration', how: 'open' },
  'a change of plan at home': { who: 'consumer', bill: 'proration', how: 'paid' },
  'a change that comes to nothing': { who: 'consumer', bill: 'nothing', how: 'open' },
  'a credit note at home': { who: 'consumer', bill: 'refund', how: 'credit-note' },
  'a credit note of a change of plan, reverse charge': { who: 'polish', bill: 'proration', how: 'credit-note' },
  'a credit note outside the Union': { who: 'american', bill: 'refund', how: 'credit-note' },
  'what a dispute gave back': { who: 'finn', bill: 'restored', how: 'again' },
  'forty lines for nobody by name': { who: 'unknown', bill: 'forty', how: 'transfer' },
  'an issuer outside the Union, reverse charge': { who: 'polish', bill: 'pack', how: 'open', issuer: AMERICAN },
};

export function sampleInvoice(name: string, language: Language): InvoiceDocument {
  const kind = KINDS[name];
  if (!kind) throw new Error(`There is no sample “${name}”.`);
  const { who, bill, how, issuer = how === 'transfer' ? TRANSFER : ISSUER } = kind;
  const note = how === 'credit-note';
  const billed = bills[bill](language);
  const lines = note ? billed.map((line) => ({ ...line, quantity: negated(line.quantity), netMinor: cents(-line.netMinor) })) : billed;
  const refers = note || how === 'again';
  const draft = {
    kind: note ? 'credit-note' : 'invoice',
    state: note || how === 'paid' || how === 'again' ? 'paid' : 'open',
    charged: how === 'charged',
    opId: opNamed('op'),
    issuedAt: AT,
    description: lines[0]?.text ?? '',
    customer: { accountId: accountNamed('acc_01M84AGHQ376YRDZA1X4KYPHM8'), email: 'rechnung@example.com', language, ...WHO[who] },
    currency: who === 'american' ? 'USD' : 'EUR',
    lines,
    credits: refers ? 'BL-2026-000001' : null,
  } as const;
  const tax = taxOf(draft.customer, issuer);
  const number = note ? 'BL-CN-2026-000007' : 'BL-2026-000042';
  return documentOf({ number, issuer, draft, tax, totals: totalsOf(lines, tax), creditedAt: refers ? '2026-05-01T00:00:00.000Z' : null });
}
