/** The engine's refusals as problem documents: the words, and the figures that help. */
import type { Remedy as WireRemedy } from '../../shared/api/index.ts';
import { formatInstant, formatMoney } from '../../shared/credits/model/amount.ts';
import type { Refusal as EngineRefusal, Remedy } from '../../shared/credits/model/commands.ts';
import type { PolicyTerms } from '../../shared/credits/model/policy.ts';
import { NO_UNITS, remainingUnits } from '../../shared/credits/model/units.ts';
import { refusalText } from '../../shared/credits/read/sentences.ts';
import { Refusal } from '../problems.ts';
import { amountsOf } from './wire.ts';

/** The refusal to throw. Dates are told in the account's time zone. */
export const refused = (policy: PolicyTerms, refusal: EngineRefusal, timeZone = 'UTC'): Refusal =>
  new Refusal(refusal.code, refusalText(refusal, policy, timeZone), refusalDetails(policy, refusal));

/**
 * These are answers to remember under their operation id: the request was right, and the answer was no. Any other refusal means that
 * the request itself is wrong; it leaves nothing behind.
 */
const FINAL: ReadonlySet<string> = new Set([
  'insufficient_credit',
  'fair_use_reached',
  'background_required',
  'logo_on_transparent',
  'not_allowed_on_tier',
]);
/** Whether the refusal is stored under its operation id, so that a replay gets the same one. */
export const isFinal = ({ code }: Pick<EngineRefusal, 'code'>): boolean => FINAL.has(code);

/** Members that the problem document carries besides the words. */
export function refusalDetails(policy: PolicyTerms, refusal: EngineRefusal): Record<string, unknown> {
  const { format } = amountsOf(policy);
  switch (refusal.code) {
    case 'insufficient_credit':
    case 'fair_use_reached':
      return {
        required: format(refusal.required),
        available: format(refusal.available),
        shortfall: format(refusal.shortfall),
        affordable: refusal.affordable,
        remedies: refusal.remedies.map(wireRemedy),
        ...(refusal.code === 'fair_use_reached' ? { resetsAt: formatInstant(refusal.resetsAt) } : {}),
      };
    case 'not_allowed_on_tier':
      return {
        tier: refusal.tier,
        required: format(refusal.needed),
        available: format(refusal.available),
        shortfall: format(remainingUnits(refusal.needed, refusal.available)),
        remedies: refusal.remedies.map(wireRemedy),
      };
    case 'invalid_amount':
      return refusal.most === undefined ? {} : { least: format(refusal.least ?? NO_UNITS), most: format(refusal.most) };
    case 'below_minimum':
      return { minimum: format(refusal.minimum) };
    case 'above_maximum':
      return { maximum: format(refusal.maximum) };
    case 'unknown_plan':
      return { plan: refusal.plan };
    case 'not_refundable':
      return { why: refusal.why, ...(refusal.why === 'held' && { until: formatInstant(refusal.until) }) };
    default:
      return {};
  }
}

/** A remedy in the words of the wire. */
const wireRemedy = ({ kind, packId, plan, price, at }: Remedy): WireRemedy => ({
  kind,
  ...(packId === undefined ? {} : { packId }),
  ...(plan === undefined ? {} : { plan }),
  ...(price === undefined ? {} : { price: formatMoney(price) }),
  ...(at === undefined ? {} : { at: formatInstant(at) }),
});
