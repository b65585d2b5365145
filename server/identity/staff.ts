/**
 * Who works here. The first owner's token comes with the first start; owners make the others, each with a role.
 *
 *   read-only  sees accounts, reports and the log
 *   support    also grants, adjusts, refunds, changes plans, answers reports in words and looks after the tokens of accounts
 *   retoucher  sees reports with their pictures and answers them; nothing else
 *   owner      everything: accounts, chargebacks, staff
 */
import type { StaffRole } from '../../shared/api/index.ts';

/** A member of staff who may act now. */
export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}

/** Whoever holds a token of the first owner. In no table: it cannot be sent away, only its tokens can be ended. */
export const FIRST_OWNER: Staff = { id: 'owner', name: 'Owner', role: 'owner' };
/** The server by itself, as the log knows it. */
export const THE_SERVER: Staff = { id: 'server', name: 'The server', role: 'owner' };

/** What each role may do besides its own: retouchers stand beside the others, and no support looks at customers' pictures. */
const INCLUDES: Readonly<Record<StaffRole, readonly StaffRole[]>> = {
  'read-only': [],
  support: ['read-only'],
  retoucher: [],
  owner: ['read-only', 'support', 'retoucher'],
};
/** Whether a role may do what needs at least the other. */
export const allows = (role: StaffRole, least: StaffRole): boolean => role === least || INCLUDES[role].includes(least);
