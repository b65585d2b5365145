/** Checks a declaration before anything runs on it, and names the place that is wrong. */
import type { Allowance, Policy, PolicyTerms, Price, Step } from '../credits/model/policy.ts';
import { fail, ok, type Result } from '../result.ts';

/** Where a declaration is wrong, and what is wrong there. */
export interface Fault {
  /** "plans.list[2].packs[0]" */
  readonly place: string;
  readonly message: string;
}

/** The policy itself, or the first fault: `background-studio: buckets[1].id: "monthly" is there twice.` */
export function validatePolicy(policy: Policy): Result<Policy> {
  const [first] = faultsOf(policy);
  return first === undefined ? ok(policy) : fail({ code: 'invalid_policy', message: `${policy.id}: ${first.place}: ${first.message}` });
}

/** Every fault, in the order of the declaration. */
export function faultsOf(policy: Policy): Fault[] {
  const faults: Fault[] = [];
  const check = (fine: boolean, place: string, message: string): void => {
    if (!fine) faults.push({ place, message });
  };
  checkHead(policy, check);
  checkBuckets(policy, check);
  checkPlans(policy, check);
  checkSales(policy, check);
  checkOnAccount(policy, check);
  checkOperations(policy, check);
  checkVersions(policy, check);
  return faults;
}

type Check = (fine: boolean, place: string, message: string) => void;

const positive = (step: Step): boolean => Object.values(step).every((count) => Number.isSafeInteger(count) && count > 0);
const has = (terms: PolicyTerms, bucket: string): boolean => terms.buckets.some((rule) => rule.id === bucket);
const noBucket = (bucket: string): string => `there is no bucket "${bucket}".`;

function checkHead(policy: Policy, check: Check): void {
  check(/^[a-z][a-z0-9-]*$/.test(policy.id), 'id', 'an id is small letters, digits and hyphens.');
  check(Number.isSafeInteger(policy.version) && policy.version > 0, 'version', 'a version is a whole number from 1.');
  check(policy.unit.scale >= 0 && policy.unit.scale <= 9 && Number.isInteger(policy.unit.scale), 'unit.scale', 'a scale is 0 to 9.');
  check(/^[A-Z]{3}$/.test(policy.currency), 'currency', 'a currency is an ISO 4217 code.');
  check(policy.graceMs >= 0, 'graceMs', 'a grace is not negative.');
  check(policy.refunds.windowDays >= 0, 'refunds.windowDays', 'a window is not negative.');
  check(policy.payment.length > 0, 'payment', 'there is at least one way to pay.');
}

function checkBuckets(policy: Policy, check: Check): void {
  check(policy.buckets.length > 0, 'buckets', 'a policy has at least one bucket.');
  let paidBefore: string | null = null;
  for (const [index, rule] of policy.buckets.entries()) {
    const place = `buckets[${index}]`;
    check(policy.buckets.findIndex((other) => other.id === rule.id) === index, `${place}.id`, `"${rule.id}" is there twice.`);
    check(rule.paid || paidBefore === null, `${place}.paid`, `free credit comes before paid credit; "${paidBefore}" is paid and earlier.`);
    if (rule.paid) paidBefore ??= rule.id;
    if (rule.rolloverOf !== undefined) check(has(policy, rule.rolloverOf), `${place}.rolloverOf`, noBucket(rule.rolloverOf));
    const { validity } = rule;
    if ('step' in validity) check(positive(validity.step), `${place}.validity.step`, 'a step is longer than nothing.');
    if (validity.kind === 'cycle') check(validity.rolloverDays >= 0, `${place}.validity.rolloverDays`, 'days are not negative.');
    if (validity.kind === 'cycle') check(policy.plans !== null, `${place}.validity`, 'a cycle needs plans.');
  }
}

function checkPlans(policy: Policy, check: Check): void {
  const { plans } = policy;
  const known = new Set(plans?.list.map((plan) => plan.id));
  for (const [index, promotion] of policy.promotions.entries()) {
    const place = `promotions[${index}]`;
    check(has(policy, promotion.bucket), `${place}.bucket`, noBucket(promotion.bucket));
    check(Number.isSafeInteger(promotion.startsAt) && promotion.startsAt >= 0, `${place}.startsAt`, 'an instant is from 1970 on.');
    check(promotion.days > 0, `${place}.days`, 'a promotion lasts at least a day.');
    for (const [id, allowance] of Object.entries(promotion.byPlan)) {
      check(known.has(id), `${place}.byPlan.${id}`, `there is no plan "${id}".`);
      checkAllowance(allowance, `${place}.byPlan.${id}`, check);
    }
  }
  if (plans === null) return;
  check(has(policy, plans.bucket), 'plans.bucket', noBucket(plans.bucket));
  check(plans.defaultPlan === null || known.has(plans.defaultPlan), 'plans.defaultPlan', `there is no plan "${plans.defaultPlan}".`);
  check(
    plans.anchor.kind !== 'day-of-month' || (plans.anchor.day >= 1 && plans.anchor.day <= 31),
    'plans.anchor.day',
    'a day of the month is 1 to 31.',
  );
  check(plans.retryDays?.every((days) => days > 0) ?? true, 'plans.retryDays', 'a payment is tried again after at least a day.');
  for (const interval of ['month', 'year'] as const) {
    const steps = plans[interval];
    if (steps !== null) check(positive(steps.cycle) && positive(steps.period), `plans.${interval}`, 'a step is longer than nothing.');
  }
  for (const id of Object.keys(policy.alerts.lowBalanceByPlan ?? {}))
    check(known.has(id), `alerts.lowBalanceByPlan.${id}`, `there is no plan "${id}".`);
  for (const [index, plan] of plans.list.entries()) {
    const place = `plans.list[${index}]`;
    check(plans.list.findIndex((other) => other.id === plan.id) === index, `${place}.id`, `"${plan.id}" is there twice.`);
    checkAllowance(plan.allowance, `${place}.allowance`, check);
    checkPercent(plan.packDiscountPercent, `${place}.packDiscountPercent`, check);
    for (const [at, id] of (plan.packs ?? []).entries()) checkPack(policy, id, `${place}.packs[${at}]`, check);
    for (const money of [plan.price.month, plan.price.year])
      check(
        money === null || (money.currency === policy.currency && money.minor >= 0n),
        `${place}.price`,
        `prices are in ${policy.currency} and not negative.`,
      );
  }
}

function checkAllowance(allowance: Allowance, place: string, check: Check): void {
  const amount = allowance.kind === 'none' ? 0n : allowance.kind === 'fair-use' ? allowance.cap : allowance.amount;
  check(amount >= 0n, place, 'an allowance is not negative.');
}

const checkPercent = (percent: number, place: string, check: Check): void =>
  check(Number.isInteger(percent) && percent >= 0 && percent < 100, place, 'a discount is a whole percent from 0 to 99.');

const checkPack = (policy: Policy, id: string, place: string, check: Check): void =>
  check(policy.packs?.list.some((pack) => pack.id === id) ?? false, place, `there is no pack "${id}".`);

function checkSales(policy: Policy, check: Check): void {
  const { packs, topUp, trial } = policy;
  if (trial !== null) check(has(policy, trial.bucket), 'trial.bucket', noBucket(trial.bucket));
  if (trial !== null) check(trial.amount > 0n, 'trial.amount', 'trial credit is more than nothing.');
  if (topUp !== null) {
    check(has(policy, topUp.bucket), 'topUp.bucket', noBucket(topUp.bucket));
    check(topUp.unitsPerMinor > 0n, 'topUp.unitsPerMinor', 'a cent is worth something.');
    check(
      topUp.minimum > 0n && topUp.minimum <= topUp.maximum,
      'topUp.minimum',
      'the minimum is more than nothing and at most the maximum.',
    );
    check(topUp.currency === policy.currency, 'topUp.currency', `the policy is in ${policy.currency}.`);
  }
  if (packs === null) return;
  check(has(policy, packs.bucket), 'packs.bucket', noBucket(packs.bucket));
  for (const [at, id] of packs.offered.entries()) checkPack(policy, id, `packs.offered[${at}]`, check);
  for (const [index, pack] of packs.list.entries()) {
    const place = `packs.list[${index}]`;
    check(packs.list.findIndex((other) => other.id === pack.id) === index, `${place}.id`, `"${pack.id}" is there twice.`);
    check(pack.credits > 0n, `${place}.credits`, 'a pack holds something.');
    check(
      pack.listPrice.currency === policy.currency && pack.listPrice.minor > 0n,
      `${place}.listPrice`,
      `a price is in ${policy.currency} and more than nothing.`,
    );
    checkPercent(pack.volumeDiscountPercent, `${place}.volumeDiscountPercent`, check);
    const most = Math.max(0, ...(policy.plans?.list ?? []).map((plan) => plan.packDiscountPercent));
    check(
      packs.discounts !== 'add' || pack.volumeDiscountPercent + most < 100,
      `${place}.volumeDiscountPercent`,
      `with a plan's ${most}% nothing is left of the price.`,
    );
  }
}

function checkOnAccount({ onAccount, currency }: Policy, check: Check): void {
  check(
    onAccount === undefined || (onAccount.limit.currency === currency && onAccount.limit.minor >= 0n),
    'onAccount.limit',
    `a limit is in ${currency} and not negative.`,
  );
}

function checkOperations(policy: Policy, check: Check): void {
  for (const [kind, rule] of Object.entries(policy.operations)) {
    const place = `operations.${kind}`;
    check(rule.holdMs > 0, `${place}.holdMs`, 'a hold lasts a while.');
    checkPrice(rule.price, `${place}.price`, rule.charge === 'actual', check);
    for (const [step, other] of Object.entries(rule.soldWith ?? {}))
      check(
        other !== kind && Object.hasOwn(policy.operations, other),
        `${place}.soldWith.${step}`,
        `no other operation "${other}" sells it.`,
      );
  }
  for (const [index, tier] of policy.tiers.entries()) check(tier.atLeast >= 0n, `tiers[${index}].atLeast`, 'a threshold is not negative.');
}

function checkPrice(price: Price, place: string, mayVary: boolean, check: Check): void {
  if (price.kind === 'by' || price.kind === 'each') {
    check(Object.keys(price.table).length > 0, `${place}.table`, 'a table has at least one row.');
    const assumed = price.kind === 'by' ? price.assumed : undefined;
    check(assumed === undefined || Object.hasOwn(price.table, assumed), `${place}.assumed`, `the table has no row "${assumed}".`);
    for (const [value, row] of Object.entries(price.table)) checkPrice(row, `${place}.table.${value}`, mayVary, check);
    return;
  }
  const [min, max] = price.kind === 'flat' ? [price.amount, price.amount] : [price.min, price.max];
  check(min >= 0n && min <= max, place, 'a price is not negative, and its least is at most its most.');
  check(mayVary || min === max, place, 'only an operation that charges its actual cost may have a range.');
  if (price.kind === 'duration') check(price.seconds > 0, `${place}.seconds`, 'a duration is longer than nothing.');
}

function checkVersions(policy: Policy, check: Check): void {
  const { previous } = policy;
  if (previous === undefined) return;
  check(previous.id === policy.id, 'previous.id', `a version follows one of the same policy, not of "${previous.id}".`);
  check(previous.version < policy.version, 'previous.version', 'versions go up.');
  check(
    previous.unit.code === policy.unit.code && previous.unit.scale === policy.unit.scale,
    'unit',
    'the unit stays the same from version to version.',
  );
  for (const rule of previous.buckets)
    check(has(policy, rule.id), 'buckets', `accounts of version ${previous.version} may hold credit in "${rule.id}"; it has to stay.`);
}
