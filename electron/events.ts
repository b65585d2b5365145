/** The services speak to the renderer through this: the `events` of shared/ipc, typed. */
import type { EventName, EventPayload } from '../shared/ipc/index.ts';

export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;
type Listener<N extends EventName> = (payload: EventPayload<N>) => void;

export interface Events {
  readonly emit: Emit;
  /** Answers the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: Listener<N>): () => void;
}

/** A listener that throws does not keep the others from hearing; its error goes to `onError`. */
export function createEvents(onError: (error: unknown) => void): Events {
  // One set per name; the map cannot express that key and listener belong together, `on` and `emit` can.
  const listeners = new Map<EventName, Set<Listener<never>>>();
  return {
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          // `on` filed this listener under `name`, so it takes this payload.
          (listener as Listener<typeof name>)(payload);
        } catch (error) {
          onError(error);
        }
      }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as Listener<never>));
      return () => set.delete(listener as Listener<never>);
    },
  };
}
