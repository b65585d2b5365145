/** Which kinds of entries a reader means; the kinds themselves are the ledger's. */
export type HistoryFilter = 'everything' | 'used' | 'returned' | 'received' | 'expired';

const kinds: Readonly<Record<HistoryFilter, readonly string[] | null>> = {
  everything: null,
  used: ['held', 'settled'],
  returned: ['released'],
  received: ['granted', 'refunded'],
  expired: ['expired', 'expiry-changed'],
};

export const kindsOf = (filter: HistoryFilter): readonly string[] | null => kinds[filter];

export const historyFilters: readonly { readonly value: HistoryFilter; readonly label: string }[] = [
  { value: 'everything', label: 'Everything' },
  { value: 'used', label: 'Used' },
  { value: 'returned', label: 'Returned' },
  { value: 'received', label: 'Received' },
  { value: 'expired', label: 'Expired' },
];
