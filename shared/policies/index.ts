/** The policies by id. The only place that knows them by name. */
import type { Policy } from '../credits/policy.ts';
import { type BackgroundStudioOptions, backgroundStudio } from './background-studio.ts';

export { type BackgroundStudioOptions, backgroundStudio };

/** What can be set when a server starts; each policy reads what concerns it. */
export interface PolicyOptions {
  readonly launchAt?: number;
  readonly resetDay?: number;
}

const declarations: Readonly<Record<string, (options: PolicyOptions) => Policy>> = {
  'background-studio': backgroundStudio,
};

export const policyIds: readonly string[] = Object.keys(declarations);

/** The policy of that id, or null. */
export const policyNamed = (id: string, options: PolicyOptions = {}): Policy | null =>
  Object.hasOwn(declarations, id) ? (declarations[id]?.(options) ?? null) : null;

export { decodePolicy, type EncodedPolicy, encodePolicy } from './encode-policy.ts';
export { type Fault, faultsOf, validatePolicy } from './validate.ts';
