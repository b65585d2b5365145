/** What an operation costs under the policy: read from its table by the operation's traits. */
import type { OperationRequest, Refusal } from '../model/commands.ts';
import { hours } from '../model/durations.ts';
import type { HoldPurpose } from '../model/model.ts';
import type { OperationRule, PolicyTerms, Price, Trait } from '../model/policy.ts';
import type { Units } from '../model/quantities.ts';
import { addUnits, NO_UNITS, shareOfUnitsUp } from '../model/units.ts';

/** The rule that prices an operation, and the bounds that it sets. */
export interface Cost {
  readonly rule: OperationRule;
  /** At least this, at most `max`; equal where the price is known beforehand. `max` is what is held. */
  readonly min: Units;
  readonly max: Units;
}

/** What an operation costs, or why the policy does not price it. */
export type Priced = { readonly ok: true; readonly cost: Cost } | { readonly ok: false; readonly refusal: Refusal };

/** The kind of a picture that staff corrected. */
export const CORRECTION = 'correct';
const GIVEN: OperationRule = {
  label: 'Correction by staff',
  price: { kind: 'flat', amount: NO_UNITS },
  charge: 'fixed',
  needsBackground: false,
  cancellable: false,
  holdMs: hours(2),
};

/** The rule of a kind; undefined: the policy does not price it. What staff corrects is free under every policy, whatever it declares (ST-05). */
export function ruleOf(terms: Pick<PolicyTerms, 'operations'>, kind: string): OperationRule | undefined {
  if (kind === CORRECTION) return GIVEN;
  return Object.hasOwn(terms.operations, kind) ? terms.operations[kind] : undefined;
}

/** The cost, or why the operation cannot be had: unknown, a background missing, a logo where there is nothing to place it on (ST-02). */
export function priceOf(terms: PolicyTerms, request: OperationRequest): Priced {
  const rule = ruleOf(terms, request.kind);
  if (rule === undefined) return { ok: false, refusal: { code: 'unknown_operation', operation: request.kind, trait: null } };
  if (rule.needsBackground && !has(request.recipe?.background)) return { ok: false, refusal: { code: 'background_required' } };
  if (has(request.recipe?.logo) && isTransparent(request.recipe?.background))
    return { ok: false, refusal: { code: 'logo_on_transparent' } };
  const [sold] = request.steps === undefined ? [] : withheldSteps(rule, request.steps);
  if (sold !== undefined) return { ok: false, refusal: { code: 'sold_with', ...sold } };
  return read(rule, rule.price, request);
}

/** Those of the steps that the operation does not do, because another one sells them, each with that operation's kind. */
export const withheldSteps = ({ soldWith = {} }: OperationRule, steps: readonly string[]): { step: string; operation: string }[] =>
  steps.flatMap((step) => {
    const operation = Object.hasOwn(soldWith, step) ? soldWith[step] : undefined;
    return operation === undefined ? [] : [{ step, operation }];
  });

function read(rule: OperationRule, price: Price, request: OperationRequest): Priced {
  switch (price.kind) {
    case 'flat':
      return { ok: true, cost: { rule, min: price.amount, max: price.amount } };
    case 'range':
      return { ok: true, cost: { rule, min: price.min, max: price.max } };
    case 'duration': {
      const seconds = request.durationSeconds;
      if (seconds === undefined || !Number.isFinite(seconds) || seconds <= 0) return unknown(request, 'durationSeconds');
      // Milliseconds, so that half a second is not lost; rounded up, never below one unit's worth of time.
      const ms = BigInt(Math.ceil(seconds * 1000));
      const per = BigInt(price.seconds) * 1000n;
      return { ok: true, cost: { rule, min: shareOfUnitsUp(price.min, ms, per), max: shareOfUnitsUp(price.max, ms, per) } };
    }
    case 'by': {
      const value = request[price.trait] ?? price.assumed;
      const row = value !== undefined && Object.hasOwn(price.table, value) ? price.table[value] : undefined;
      return row === undefined ? unknown(request, price.trait) : read(rule, row, request);
    }
    case 'each':
      return sumOf(rule, price.table, request);
  }
}

/** Nothing to do has no price: a chain has at least one step, and each of them a row. */
function sumOf(rule: OperationRule, table: Readonly<Record<string, Price>>, request: OperationRequest): Priced {
  const { steps = [] } = request;
  if (steps.length === 0) return unknown(request, 'steps');
  let [min, max] = [NO_UNITS, NO_UNITS];
  for (const step of steps) {
    const row = Object.hasOwn(table, step) ? table[step] : undefined;
    if (row === undefined) return unknown(request, 'steps');
    const priced = read(rule, row, request);
    if (!priced.ok) return priced;
    min = addUnits(min, priced.cost.min);
    max = addUnits(max, priced.cost.max);
  }
  return { ok: true, cost: { rule, min, max } };
}

const unknown = (request: OperationRequest, trait: string): Priced => ({
  ok: false,
  refusal: { code: 'unknown_operation', operation: request.kind, trait },
});

/** Whether an ingredient is part of a recipe: blank text and an empty object are none (ST-02). */
export const has = (ingredient: unknown): boolean => {
  if (typeof ingredient === 'string') return ingredient.trim() !== '';
  return ingredient !== null && ingredient !== undefined && (typeof ingredient !== 'object' || Object.keys(ingredient).length > 0);
};

/** ST-02: *transparent*, chosen in words, however it is written: as the id, or as a recipe's own form of it. */
const isTransparent = (background: unknown): boolean => {
  const word = typeof background === 'object' && background !== null && 'kind' in background ? background.kind : background;
  return typeof word === 'string' && word.trim().toLowerCase() === 'transparent';
};

const TRAITS: readonly Trait[] = ['model', 'resolution', 'tool', 'complexity'];

/** What the ledger remembers of an operation. Operations of a batch that say the same of it share their traits with the one `before`. */
export function purposeOf(request: OperationRequest, before: HoldPurpose | undefined): HoldPurpose {
  const traits = traitsOf(request);
  const shared = before !== undefined && sameTraits(traits, before.traits) ? before.traits : traits;
  return { kind: request.kind, photo: request.photo ?? null, traits: shared };
}

function traitsOf(request: OperationRequest): HoldPurpose['traits'] {
  const traits: Record<string, string> = {};
  for (const trait of TRAITS) {
    const value = request[trait];
    if (value !== undefined) traits[trait] = value;
  }
  for (const part of ['background', 'logo'] as const) {
    const ingredient = request.recipe?.[part];
    if (has(ingredient)) traits[part] = typeof ingredient === 'string' ? ingredient : part;
  }
  if (request.durationSeconds !== undefined) traits['durationSeconds'] = String(request.durationSeconds);
  if (request.steps !== undefined) traits['steps'] = request.steps.join(' ');
  return traits;
}

function sameTraits(one: HoldPurpose['traits'], other: HoldPurpose['traits']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** A row of a price table, for people to read. */
export interface PriceLine {
  readonly kind: string;
  readonly label: string;
  /** The traits of this row, in the order of the table. */
  readonly traits: Readonly<Partial<Record<Trait, string>>>;
  readonly min: Units;
  readonly max: Units;
  /** Set when the price is for this many seconds. */
  readonly perSeconds: number | null;
}

/** Every price of the policy, one line each: the table that people see before they run anything (PG-06, PS-01, AS-01). */
export function priceList(terms: PolicyTerms): PriceLine[] {
  return Object.entries(terms.operations).flatMap(([kind, rule]) => lines(kind, rule.label, rule.price, {}));
}

function lines(kind: string, label: string, price: Price, traits: PriceLine['traits']): PriceLine[] {
  if (price.kind === 'by')
    return Object.entries(price.table).flatMap(([value, row]) => lines(kind, label, row, { ...traits, [price.trait]: value }));
  if (price.kind === 'each')
    return Object.entries(price.table).flatMap(([step, row]) => lines(kind, label, row, { ...traits, tool: step }));
  const [min, max] = price.kind === 'flat' ? [price.amount, price.amount] : [price.min, price.max];
  return [{ kind, label, traits, min, max, perSeconds: price.kind === 'duration' ? price.seconds : null }];
}
