/** The history page by page (keyset, newest first). New lines on top appear without losing the reader's place. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HistoryLine } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

const PAGE = 100;

export interface HistoryPages {
  readonly lines: readonly HistoryLine[];
  /** Whether older lines are still to be had. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly problem: Problem | null;
  readonly loadMore: () => void;
  readonly again: () => void;
}

interface Pages {
  readonly lines: readonly HistoryLine[];
  readonly next: number | null;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

/** Fresh lines in front of those already shown; the ledger only ever grows at its head. Pure. */
export function joinNewest(newest: readonly HistoryLine[], shown: readonly HistoryLine[]): readonly HistoryLine[] {
  const head = shown[0]?.seq;
  const oldest = newest.at(-1)?.seq;
  if (head === undefined || oldest === undefined || oldest > head + 1) return newest;
  return [...newest.filter((line) => line.seq > head), ...shown];
}

export function useHistory(kinds: readonly string[] | null, walletSeq: number): HistoryPages {
  const [pages, setPages] = useState<Pages>({ lines: [], next: null, loading: true, problem: null });
  const kindsKey = kinds?.join(' ') ?? '';
  const shownKinds = useRef<string | null>(null);
  const busy = useRef(false);

  const ask = useCallback(
    async (beforeSeq: number | null) => {
      const answer = await call('wallet.history', { beforeSeq, limit: PAGE, kinds: kindsKey === '' ? null : kindsKey.split(' ') });
      if (shownKinds.current !== kindsKey) return;
      setPages((before) => {
        if (!answer.ok) return { ...before, loading: false, problem: answer.error };
        const { lines, nextBeforeSeq } = answer.value;
        if (beforeSeq !== null) return { lines: [...before.lines, ...lines], next: nextBeforeSeq, loading: false, problem: null };
        const joined = joinNewest(lines, before.lines);
        return {
          lines: joined,
          next: joined === lines || before.lines.length === 0 ? nextBeforeSeq : before.next,
          loading: false,
          problem: null,
        };
      });
    },
    [kindsKey],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new seq means that there are new lines to fetch.
  useEffect(() => {
    if (shownKinds.current !== kindsKey) setPages({ lines: [], next: null, loading: true, problem: null });
    shownKinds.current = kindsKey;
    void ask(null);
  }, [ask, kindsKey, walletSeq]);

  const loadMore = useCallback(() => {
    if (busy.current || pages.next === null) return;
    busy.current = true;
    void ask(pages.next).finally(() => {
      busy.current = false;
    });
  }, [ask, pages.next]);

  return {
    lines: pages.lines,
    more: pages.next !== null,
    loading: pages.loading,
    problem: pages.problem,
    loadMore,
    again: () => void ask(null),
  };
}
