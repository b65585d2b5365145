/** What may stand in a text from outside: one definition, at the door and where documents are drawn. */
import { describe, expect, test } from 'vitest';
import { documentOf, lineOf, totalsOf } from '../../../server/billing/invoices/document.ts';
import { toXml } from '../../../server/billing/invoices/e-invoice.ts';
import { taxOf } from '../../../server/billing/tax/tax.ts';
import { DEEPEST, identifier, inOneLine, isKeepable, line, paragraphs, word } from '../../../shared/api/text.ts';
import { anyOpId, opId } from '../../../shared/api/values.ts';
import { accountNamed, cents, instant, opNamed } from '../../quantities.ts';
import { treeOf } from './xml-tree.ts';

/** Of each kind the first, the last and one in between. */
const NEVER = [
  ...['\u0000', '\u0001', '\u0007', '\u0008', '\u000b', '\u000c', '\u000e', '\u001b', '\u001f', '\u007f', '\u0080', '\u0085', '\u009f'],
  ...['\ud800', '\udbff', '\udc00', '\udfff', '\u2028', '\u2029'],
  ...['\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2069'],
  ...['\ufdd0', '\ufdef', '\ufffe', '\uffff', '\u{1fffe}', '\u{10ffff}'],
];
const BREAKS = ['\n', '\r', '\r\n', '\t'];
const GOOD = [
  'Jürgen Groß & Söhne <GmbH>',
  'محمد\u200f العربي',
  'שלום',
  '写真館 東京',
  '한국 자동차',
  '👩🏽‍🎨 Studio',
  'O’Brien "Photos"; =1+1',
  'نیم\u200cفاصله',
];

const takes = (schema: ReturnType<typeof line>, text: string): boolean => schema.safeParse(text).success;

describe('a line', () => {
  test.each(GOOD)('takes what people are called: %s', (text) => {
    for (const schema of [line(200), word(200), paragraphs(200)]) expect(schema.parse(text)).toBe(text.normalize('NFC'));
  });
  test.each([...NEVER, ...BREAKS].map((bad) => [JSON.stringify(bad), bad]))('refuses %s, wherever it stands', (_, bad) => {
    for (const text of [`${bad}a`, `a${bad}b`, `a${bad}`])
      expect([word(200), line(200)].map((s) => takes(s, text.trim() === text ? text : `a${bad}b`))).toEqual([false, false]);
  });
  test('is the same text however its letters are composed', () => {
    expect(line(9).parse('Zu\u0308rich')).toBe(line(9).parse('Z\u00fcrich'));
  });
  test('is bounded after it was trimmed, and not empty', () => {
    expect(['', '   ', 'abcd', ' abc '].map((text) => takes(line(3), text))).toEqual([false, false, false, true]);
  });
});

describe('paragraphs', () => {
  test.each(NEVER.map((bad) => [JSON.stringify(bad), bad]))('refuse %s', (_, bad) => {
    expect(takes(paragraphs(200), `a\n${bad}\nb`)).toBe(false);
  });
  test('take line breaks and tabs', () => {
    for (const text of BREAKS) expect(takes(paragraphs(200), `a${text}b`)).toBe(true);
  });
});

describe('ids', () => {
  test('one operation has one spelling', () => {
    const [uuid, ulid] = ['0fa1c2d3-0000-4abc-8def-0123456789ab', '01ARZ3NDEKTSV4RRFFQ69G5FAV'];
    for (const schema of [opId, anyOpId])
      expect([uuid, uuid.toUpperCase(), ulid, ulid.toLowerCase()].map((id) => schema.parse(id))).toEqual([uuid, uuid, ulid, ulid]);
  });
  test('what the server itself is called by stays as it is', () => {
    for (const id of ['rep_1', 'plan:2026-01', 'x#end']) expect(anyOpId.parse(id)).toBe(id);
  });
  test('hold neither blanks nor signs', () => {
    for (const id of ['', 'a b', 'a\u0000', 'é', 'x'.repeat(65)]) expect(identifier(64).safeParse(id).success).toBe(false);
  });
});

describe('what a recipe holds', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'x' : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) });
  test('is nested at most so deep, and asking does not depend on how deep it is', () => {
    expect([isKeepable(nested(DEEPEST)), isKeepable(nested(DEEPEST + 1))]).toEqual([true, false]);
    let deep: unknown = 'x';
    for (let i = 0; i < 200_000; i += 1) deep = [deep];
    expect(isKeepable(deep)).toBe(false);
  });
  test('has no such signs in texts or in names of members', () => {
    expect([{ a: ['\u0000'] }, { 'a\u0000': 1 }, { a: { b: '\ud800' } }].map(isKeepable)).toEqual([false, false, false]);
    expect(isKeepable({ a: ['line\nbreak', 1, null, true, { b: 'é' }] })).toBe(true);
  });
});

describe('an invoice whose stored texts were never checked', () => {
  const ISSUER = {
    id: 'BL',
    name: 'Back\u0001lot',
    address: ['1 Street\n', '\u0007'],
    country: 'DE',
    vatId: 'DE000000000',
    email: 'a@b.example',
  };
  const drawn = (name: string): Promise<string> => {
    const lines = [lineOf(`Pack ${name}`, cents(999n))];
    const customer = {
      accountId: accountNamed('acc_1'),
      name,
      email: null,
      country: 'DE',
      vatId: null,
      address: [name, 'x'],
      language: 'en',
    } as const;
    const tax = taxOf(customer, ISSUER);
    const totals = totalsOf(lines, tax);
    const [kind, state, currency, opId] = ['invoice', 'open', 'EUR', opNamed('op')] as const;
    const draft = {
      kind,
      state,
      currency,
      opId,
      issuedAt: instant(Date.UTC(2026, 5, 10)),
      description: 'Pack',
      customer,
      lines,
      credits: null,
    };
    return toXml(documentOf({ number: 'BL-2026-000002', issuer: ISSUER, draft, tax, totals, creditedAt: null }));
  };
  test.each([...NEVER, ...BREAKS].map((bad) => [JSON.stringify(bad), bad]))(
    'is well-formed XML, its names in one line, with %s',
    async (_, bad) => {
      const xml = await drawn(`Foto ${bad}GmbH`);
      expect(() => treeOf(xml)).not.toThrow();
      expect(xml).not.toMatch(/(?![\t\n\r])\p{Cc}|\p{Noncharacter_Code_Point}|\p{Cs}/u);
      expect(xml).toMatch(/<ram:BuyerTradeParty>[\s\S]*?<ram:Name>Foto +GmbH<\/ram:Name>/);
    },
  );
  test('names the holder of the account when nothing of the name is left', async () => {
    expect(await drawn('\u0007')).toMatch(/<ram:BuyerTradeParty>[\s\S]*?<ram:Name>[^<]+<\/ram:Name>/);
  });
  test('becomes a blank where a line ended', () => {
    expect(inOneLine('Foto\r\nBcc: x')).toBe('Foto Bcc: x');
  });
});
