/** The policies by id. The only place that knows them by name. */
import type { Policy } from '../credits/model/policy.ts';
import type { Instant } from '../credits/model/quantities.ts';
import { artificialStudio } from './artificial-studio.ts';
import { type BackgroundStudioOptions, backgroundStudio } from './background-studio.ts';
import { creativeSuite } from './creative-suite.ts';
import { generativeSuite } from './generative-suite.ts';
import { payAsYouGo } from './pay-as-you-go.ts';

export { artificialStudio, type BackgroundStudioOptions, backgroundStudio, creativeSuite, generativeSuite, payAsYouGo };

/** What can be set when a server starts; each policy reads what concerns it. A declaration's own function takes more. */
interface PolicyOptions {
  readonly launchAt?: Instant;
  readonly resetDay?: number;
}

const declarations: Readonly<Record<string, (options: PolicyOptions) => Policy>> = {
  'background-studio': backgroundStudio,
  'pay-as-you-go': () => payAsYouGo(),
  'generative-suite': () => generativeSuite(),
  'creative-suite': () => creativeSuite(),
  'artificial-studio': () => artificialStudio(),
};

/** The ids of the policies that come with the product. */
export const policyIds: readonly string[] = Object.keys(declarations);

/** The policy of that id, or null. */
export const policyNamed = (id: string, options: PolicyOptions = {}): Policy | null =>
  Object.hasOwn(declarations, id) ? (declarations[id]?.(options) ?? null) : null;

export { decodePolicy, decodeServedPolicy, type EncodedPolicy, encodePolicy } from './encode-policy.ts';
export { type Fault, faultsOf, validatePolicy } from './validate.ts';
