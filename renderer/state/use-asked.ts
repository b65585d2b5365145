/** A page's question to the main process: asked when shown and whenever something it depends on changes. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../shared/ipc/index.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

/** Stale while revalidating: the last answer stays until the new one is there, so that a page never blinks. */
export interface Asked<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly asking: boolean;
  readonly again: () => void;
}

/** `freshness` is whatever makes the old answer stale: the wallet's seq, the connection. Only the newest answer counts. */
export function useAsked<N extends CallName>(name: N, input: CallInput<N>, freshness: string | number): Asked<CallOutput<N>> {
  const [state, setState] = useState<{ value: CallOutput<N> | null; problem: Problem | null; asking: boolean }>({
    value: null,
    problem: null,
    asking: true,
  });
  const turn = useRef(0);
  const inputKey = JSON.stringify(input ?? null);
  const question = useRef(input);
  question.current = input;
  const again = useCallback(() => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, asking: true }));
    void call(name, question.current).then((answer) => {
      if (mine !== turn.current) return;
      setState((before) =>
        answer.ok ? { value: answer.value, problem: null, asking: false } : { ...before, problem: answer.error, asking: false },
      );
    });
  }, [name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the input by value and the freshness are what the question depends on.
  useEffect(again, [again, inputKey, freshness]);
  return { ...state, again };
}
