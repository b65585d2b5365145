/** What `apply` and `process` both say. */

/** Before anything new is begun. */
export const EARLIER_RUN = 'An earlier run was interrupted: what it began is finished first.';

/** Of pictures that no credit was left for. `which`: "IMG_1.jpg is", "3 photos are"; `them`: the same again. */
export const madeNotPaid = (which: string, them: 'it' | 'them'): string =>
  `${which} made, not paid: there is not enough credit left, and nothing was charged for ${them}. Buy credit and run the same command again; --drop-unpaid discards what is not paid.`;
