/**
 * Who works here. The first owner's token comes with the first start; owners make the others, each with a role.
 *
 *   read-only  sees accounts, reports and the log
 *   support    also grants, adjusts, refunds, changes plans, answers reports and looks after the tokens of accounts
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

const RANK: Readonly<Record<StaffRole, number>> = { 'read-only': 0, support: 1, owner: 2 };
/** Whether a role may do what needs at least the other. */
export const allows = (role: StaffRole, least: StaffRole): boolean => RANK[role] >= RANK[least];
