/** The history page by page (keyset, newest first). New lines on top appear without losing the reader's place. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Seq } from '../../shared/credits/model/quantities.ts';
import type { HistoryLine } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

const PAGE = 100;

/** The lines loaded so far; `loadMore` asks for older ones, `again` retries what failed. */
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
  readonly next: Seq | null;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

/** What stays the same about a line: an operation moves to the top when it ends. */
export const lineKey = (line: HistoryLine): string => (line.state === null ? `entry ${line.seq}` : line.opId);

/**
 * The newest page in front of those already shown. It holds everything from its oldest line on, so what is shown of that
 * stretch gives way to it, and so does an operation that ended meanwhile. Pure.
 */
export function joinNewest(newest: readonly HistoryLine[], shown: readonly HistoryLine[]): readonly HistoryLine[] {
  const head = shown[0]?.seq;
  const oldest = newest.at(-1)?.seq;
  if (head === undefined || oldest === undefined || oldest > head + 1) return newest;
  const fresh = new Set(newest.map(lineKey));
  return [...newest, ...shown.filter((line) => line.seq < oldest && !fresh.has(lineKey(line)))];
}

/** Older lines below; an operation that moved to the top while they were on their way stays there. Pure. */
function joinOlder(shown: readonly HistoryLine[], older: readonly HistoryLine[]): readonly HistoryLine[] {
  const known = new Set(shown.map(lineKey));
  return [...shown, ...older.filter((line) => !known.has(lineKey(line)))];
}

/** Pages of the history; a newer `walletSeq` loads what is new on top. `kinds` null: every kind. */
export function useHistory(kinds: readonly string[] | null, walletSeq: Seq): HistoryPages {
  const [pages, setPages] = useState<Pages>({ lines: [], next: null, loading: true, problem: null });
  const kindsKey = kinds?.join(' ') ?? '';
  const shownKinds = useRef<string | null>(null);
  const busy = useRef(false);

  const ask = useCallback(
    async (beforeSeq: Seq | null) => {
      const answer = await call('wallet.history', { beforeSeq, limit: PAGE, kinds: kindsKey === '' ? null : kindsKey.split(' ') });
      if (shownKinds.current !== kindsKey) return;
      setPages((before) => {
        if (!answer.ok) return { ...before, loading: false, problem: answer.error };
        const { lines, nextBeforeSeq } = answer.value;
        if (beforeSeq !== null) return { lines: joinOlder(before.lines, lines), next: nextBeforeSeq, loading: false, problem: null };
        const joined = joinNewest(lines, before.lines);
        return {
          lines: joined,
          next: joined.length === lines.length ? nextBeforeSeq : before.next,
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
