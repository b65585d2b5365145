/** Which kinds of entries a reader means; the kinds themselves are the ledger's. */
export type HistoryFilter = 'everything' | 'used' | 'returned' | 'received' | 'expired';

const kinds: Readonly<Record<HistoryFilter, readonly string[] | null>> = {
  everything: null,
  used: ['held', 'settled'],
  returned: ['released'],
  received: ['granted', 'refunded'],
  expired: ['expired', 'expiry-changed'],
};

/** The ledger's kinds that a filter shows; null: all of them. */
export const kindsOf = (filter: HistoryFilter): readonly string[] | null => kinds[filter];

/** The filters in the order of their buttons. */
export const historyFilters: readonly { readonly value: HistoryFilter; readonly label: string }[] = [
  { value: 'everything', label: 'Everything' },
  { value: 'used', label: 'Used' },
  { value: 'returned', label: 'Returned' },
  { value: 'received', label: 'Received' },
  { value: 'expired', label: 'Expired' },
];
