/**
 * The business rules of EN 16931-1 on an invoice in UN/CEFACT's syntax: those that concern what these invoices hold, by the ids of the standard
 * (6.4). Each rule answers whether it holds. No validator of them comes as a package; these were compared with the published ones.
 */
import { all, deep, type Node, textAt, treeOf } from './xml-tree.ts';

const CENTS = /^-?\d+(\.\d{1,2})?$/;
/** Amounts in hundredths; what is missing is nothing. */
const cents = (text: string | null): bigint => {
  if (text === null) return 0n;
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${part.padEnd(2, '0').slice(0, 2)}`);
};

interface Read {
  readonly root: Node;
  readonly agreement: Node;
  readonly seller: Node;
  readonly buyer: Node;
  readonly settlement: Node;
  readonly sums: Node;
  readonly lines: readonly Node[];
  /** The breakdown of the tax. */
  readonly taxes: readonly Node[];
}

const NOTHING: Node = { name: '', attributes: {}, children: [], text: '' };

function readOf(xml: string): Read {
  const root = treeOf(xml);
  const first = (node: Node, path: string): Node => all(node, path)[0] ?? NOTHING;
  const transaction = first(root, 'rsm:SupplyChainTradeTransaction');
  const agreement = first(transaction, 'ram:ApplicableHeaderTradeAgreement');
  const settlement = first(transaction, 'ram:ApplicableHeaderTradeSettlement');
  return {
    root,
    agreement,
    seller: first(agreement, 'ram:SellerTradeParty'),
    buyer: first(agreement, 'ram:BuyerTradeParty'),
    settlement,
    sums: first(settlement, 'ram:SpecifiedTradeSettlementHeaderMonetarySummation'),
    lines: all(transaction, 'ram:IncludedSupplyChainTradeLineItem'),
    taxes: all(settlement, 'ram:ApplicableTradeTax'),
  };
}

const has = (node: Node, path: string): boolean => textAt(node, path) !== null;
const LINE_NET = 'ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount';
const LINE_TAX = 'ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax';
const PRICE = 'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount';
const QUANTITY = 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity';
const registered = (party: Node, scheme: string): readonly string[] =>
  all(party, 'ram:SpecifiedTaxRegistration/ram:ID').flatMap((id) => (id.attributes['schemeID'] === scheme ? [id.text] : []));
const country = (party: Node): boolean => has(party, 'ram:PostalTradeAddress/ram:CountryID');
const categoryOf = (tax: Node): string | null => textAt(tax, 'ram:CategoryCode');
const every = (nodes: readonly Node[], holds: (node: Node) => boolean): boolean => nodes.every(holds);
const categories = ({ lines, taxes }: Read): ReadonlySet<string | null> =>
  new Set([...lines.flatMap((line) => all(line, LINE_TAX)), ...taxes].map(categoryOf));
/** The rules of one category concern invoices that use it. */
const where =
  (category: string, holds: (read: Read) => boolean) =>
  (read: Read): boolean =>
    !categories(read).has(category) || holds(read);
const netOf = (read: Read, category: string): bigint =>
  read.lines
    .filter((line) => all(line, LINE_TAX).some((tax) => categoryOf(tax) === category))
    .reduce((net, line) => net + cents(textAt(line, LINE_NET)), 0n);
const taxesOf = ({ taxes }: Read, category: string): readonly Node[] => taxes.filter((tax) => categoryOf(tax) === category);
const lineTaxesOf = ({ lines }: Read, category: string): readonly Node[] =>
  lines.flatMap((line) => all(line, LINE_TAX)).filter((tax) => categoryOf(tax) === category);
const rated = (tax: Node): boolean => Number(textAt(tax, 'ram:RateApplicablePercent') ?? 'NaN') > 0;
const unrated = (tax: Node): boolean => textAt(tax, 'ram:RateApplicablePercent') === '0';
const explained = (tax: Node): boolean => has(tax, 'ram:ExemptionReason') || has(tax, 'ram:ExemptionReasonCode');
const identified = ({ seller }: Read): boolean => registered(seller, 'VA').length + registered(seller, 'FC').length > 0;
const sum = (nodes: readonly Node[], path: string): bigint => nodes.reduce((all, node) => all + cents(textAt(node, path)), 0n);
const at = ({ sums }: Read, name: string): bigint => cents(textAt(sums, `ram:${name}`));
const decimals = (nodes: readonly Node[]): boolean => every(nodes, ({ text }) => CENTS.test(text.trim()));

type Rule = readonly [id: string, holds: (read: Read) => boolean];

const PRESENT: readonly Rule[] = [
  ['BR-01', ({ root }) => has(root, 'rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID')],
  ['BR-02', ({ root }) => has(root, 'rsm:ExchangedDocument/ram:ID')],
  ['BR-03', ({ root }) => /^\d{8}$/.test(textAt(root, 'rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString') ?? '')],
  ['BR-04', ({ root }) => has(root, 'rsm:ExchangedDocument/ram:TypeCode')],
  ['BR-05', ({ settlement }) => has(settlement, 'ram:InvoiceCurrencyCode')],
  ['BR-06', ({ seller }) => has(seller, 'ram:Name')],
  ['BR-07', ({ buyer }) => has(buyer, 'ram:Name')],
  ['BR-08', ({ seller }) => all(seller, 'ram:PostalTradeAddress').length === 1],
  ['BR-09', ({ seller }) => country(seller)],
  ['BR-10', ({ buyer }) => all(buyer, 'ram:PostalTradeAddress').length === 1],
  ['BR-11', ({ buyer }) => country(buyer)],
  ['BR-12', ({ sums }) => has(sums, 'ram:LineTotalAmount')],
  ['BR-13', ({ sums }) => has(sums, 'ram:TaxBasisTotalAmount')],
  ['BR-14', ({ sums }) => has(sums, 'ram:GrandTotalAmount')],
  ['BR-15', ({ sums }) => has(sums, 'ram:DuePayableAmount')],
  ['BR-16', ({ lines }) => lines.length > 0],
  ['BR-21', ({ lines }) => every(lines, (line) => has(line, 'ram:AssociatedDocumentLineDocument/ram:LineID'))],
  ['BR-22', ({ lines }) => every(lines, (line) => has(line, QUANTITY))],
  ['BR-23', ({ lines }) => every(lines, (line) => (all(line, QUANTITY)[0]?.attributes['unitCode'] ?? '') !== '')],
  ['BR-24', ({ lines }) => every(lines, (line) => has(line, LINE_NET))],
  ['BR-25', ({ lines }) => every(lines, (line) => has(line, 'ram:SpecifiedTradeProduct/ram:Name'))],
  ['BR-26', ({ lines }) => every(lines, (line) => has(line, PRICE))],
  ['BR-27', ({ lines }) => every(lines, (line) => !textAt(line, PRICE)?.startsWith('-'))],
  ['BR-45', ({ taxes }) => every(taxes, (tax) => has(tax, 'ram:BasisAmount'))],
  ['BR-46', ({ taxes }) => every(taxes, (tax) => has(tax, 'ram:CalculatedAmount'))],
  ['BR-47', ({ taxes }) => every(taxes, (tax) => has(tax, 'ram:CategoryCode'))],
  ['BR-48', ({ taxes }) => every(taxes, (tax) => categoryOf(tax) === 'O' || has(tax, 'ram:RateApplicablePercent'))],
  ['BR-49', ({ settlement }) => every(all(settlement, 'ram:SpecifiedTradeSettlementPaymentMeans'), (means) => has(means, 'ram:TypeCode'))],
  [
    'BR-50',
    ({ settlement }) =>
      every(all(settlement, 'ram:SpecifiedTradeSettlementPaymentMeans'), (means) =>
        ['30', '58'].includes(textAt(means, 'ram:TypeCode') ?? '') ? has(means, 'ram:PayeePartyCreditorFinancialAccount/ram:IBANID') : true,
      ),
  ],
  [
    'BR-55',
    ({ settlement }) => every(all(settlement, 'ram:InvoiceReferencedDocument'), (document) => has(document, 'ram:IssuerAssignedID')),
  ],
];

const ADDING_UP: readonly Rule[] = [
  ['BR-CO-04', ({ lines }) => every(lines, (line) => has(line, `${LINE_TAX}/ram:CategoryCode`))],
  ['BR-CO-09', ({ seller, buyer }) => [seller, buyer].flatMap((party) => registered(party, 'VA')).every((id) => /^[A-Z]{2}/.test(id))],
  ['BR-CO-10', (read) => sum(read.lines, LINE_NET) === at(read, 'LineTotalAmount')],
  [
    'BR-CO-13',
    (read) =>
      at(read, 'LineTotalAmount') - at(read, 'AllowanceTotalAmount') + at(read, 'ChargeTotalAmount') === at(read, 'TaxBasisTotalAmount'),
  ],
  ['BR-CO-14', (read) => sum(read.taxes, 'ram:CalculatedAmount') === at(read, 'TaxTotalAmount')],
  ['BR-CO-15', (read) => at(read, 'TaxBasisTotalAmount') + at(read, 'TaxTotalAmount') === at(read, 'GrandTotalAmount')],
  ['BR-CO-16', (read) => at(read, 'GrandTotalAmount') - at(read, 'TotalPrepaidAmount') === at(read, 'DuePayableAmount')],
  ['BR-CO-17', ({ taxes }) => every(taxes, (tax) => taxed(tax) === cents(textAt(tax, 'ram:CalculatedAmount')))],
  ['BR-CO-18', ({ taxes }) => taxes.length > 0],
  [
    'BR-CO-25',
    (read) =>
      at(read, 'DuePayableAmount') <= 0n ||
      has(read.settlement, 'ram:SpecifiedTradePaymentTerms/ram:Description') ||
      has(read.settlement, 'ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString'),
  ],
  [
    'BR-CO-26',
    ({ seller }) => has(seller, 'ram:ID') || has(seller, 'ram:SpecifiedLegalOrganization/ram:ID') || registered(seller, 'VA').length > 0,
  ],
];

/** The base times the rate, rounded half away from zero to cents. */
function taxed(tax: Node): bigint {
  const [whole = '0', part = ''] = (textAt(tax, 'ram:RateApplicablePercent') ?? '0').split('.');
  const scaled = cents(textAt(tax, 'ram:BasisAmount')) * BigInt(`${whole}${part.padEnd(2, '0')}`);
  return (scaled + (scaled < 0n ? -5_000n : 5_000n)) / 10_000n;
}

/** What the categories of tax have in common: a line names it where the breakdown does, and the breakdown is the sum of its lines. */
const category = (code: string, rate: (tax: Node) => boolean, more: readonly Rule[]): readonly Rule[] => [
  [`BR-${code}-01`, where(code, (read) => taxesOf(read, code).length >= 1 && (code === 'S' || taxesOf(read, code).length === 1))],
  [`BR-${code}-05`, where(code, (read) => every(lineTaxesOf(read, code), rate))],
  [`BR-${code}-08`, where(code, (read) => sum(taxesOf(read, code), 'ram:BasisAmount') === netOf(read, code))],
  ...more.map(([id, holds]): Rule => [id, where(code, holds)]),
];
const untaxed =
  (code: string) =>
  (read: Read): boolean =>
    sum(taxesOf(read, code), 'ram:CalculatedAmount') === 0n;
const noRate = (tax: Node): boolean => !has(tax, 'ram:RateApplicablePercent');

const BY_CATEGORY: readonly Rule[] = [
  ...category('S', rated, [
    ['BR-S-02', identified],
    ['BR-S-10', (read) => !taxesOf(read, 'S').some(explained)],
  ]),
  ...category('AE', unrated, [
    [
      'BR-AE-02',
      (read) => identified(read) && (registered(read.buyer, 'VA').length > 0 || has(read.buyer, 'ram:SpecifiedLegalOrganization/ram:ID')),
    ],
    ['BR-AE-09', untaxed('AE')],
    ['BR-AE-10', (read) => every(taxesOf(read, 'AE'), explained)],
  ]),
  ...category('O', noRate, [
    ['BR-O-02', ({ seller, buyer }) => registered(seller, 'VA').length + registered(buyer, 'VA').length === 0],
    ['BR-O-09', untaxed('O')],
    ['BR-O-10', (read) => every(taxesOf(read, 'O'), explained)],
    ['BR-O-11', ({ taxes }) => taxes.length === 1],
    [
      'BR-O-12',
      (read) =>
        every(
          read.lines.flatMap((line) => all(line, LINE_TAX)),
          (tax) => categoryOf(tax) === 'O',
        ),
    ],
  ]),
  ...category('Z', unrated, [
    ['BR-Z-02', identified],
    ['BR-Z-09', untaxed('Z')],
    ['BR-Z-10', (read) => !taxesOf(read, 'Z').some(explained)],
  ]),
  ...category('E', unrated, [
    ['BR-E-02', identified],
    ['BR-E-09', untaxed('E')],
    ['BR-E-10', (read) => every(taxesOf(read, 'E'), explained)],
  ]),
];

const linesTaxes = (lines: readonly Node[]): readonly Node[] => lines.flatMap((line) => all(line, LINE_TAX));
const known = (tax: Node): boolean => ['S', 'AE', 'O', 'Z', 'E'].includes(categoryOf(tax) ?? '');

const FORM: readonly Rule[] = [
  ['BR-DEC-09', ({ sums }) => decimals(all(sums, 'ram:LineTotalAmount'))],
  ['BR-DEC-12', ({ sums }) => decimals(all(sums, 'ram:TaxBasisTotalAmount'))],
  ['BR-DEC-13', ({ sums }) => decimals(all(sums, 'ram:TaxTotalAmount'))],
  ['BR-DEC-14', ({ sums }) => decimals(all(sums, 'ram:GrandTotalAmount'))],
  ['BR-DEC-16', ({ sums }) => decimals(all(sums, 'ram:TotalPrepaidAmount'))],
  ['BR-DEC-18', ({ sums }) => decimals(all(sums, 'ram:DuePayableAmount'))],
  ['BR-DEC-19', ({ taxes }) => decimals(taxes.flatMap((tax) => all(tax, 'ram:BasisAmount')))],
  ['BR-DEC-20', ({ taxes }) => decimals(taxes.flatMap((tax) => all(tax, 'ram:CalculatedAmount')))],
  ['BR-DEC-23', ({ lines }) => decimals(lines.flatMap((line) => all(line, LINE_NET)))],
  ['BR-CL-01', ({ root }) => ['380', '381'].includes(textAt(root, 'rsm:ExchangedDocument/ram:TypeCode') ?? '')],
  ['BR-CL-04', ({ settlement }) => /^[A-Z]{3}$/.test(textAt(settlement, 'ram:InvoiceCurrencyCode') ?? '')],
  ['BR-CL-14', ({ root }) => every(deep(root, 'ram:CountryID'), ({ text }) => isRegion(text))],
  ['BR-CL-17', ({ taxes }) => every(taxes, known)],
  ['BR-CL-18', ({ lines }) => every(linesTaxes(lines), known)],
  [
    'BR-CL-23',
    ({ lines }) =>
      every(
        lines.flatMap((line) => all(line, QUANTITY)),
        (quantity) => quantity.attributes['unitCode'] === 'C62',
      ),
  ],
];

const REGIONS = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const isRegion = (code: string): boolean => /^[A-Z]{2}$/.test(code) && REGIONS.of(code) !== undefined;

const RULES: readonly Rule[] = [...PRESENT, ...ADDING_UP, ...BY_CATEGORY, ...FORM];

/** The ids of the rules that this invoice breaks, in the standard's order. */
export function brokenRules(xml: string): readonly string[] {
  const read = readOf(xml);
  return RULES.filter(([, holds]) => !holds(read)).map(([id]) => id);
}

export const ruleIds: readonly string[] = RULES.map(([id]) => id);
