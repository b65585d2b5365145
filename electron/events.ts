/** The services speak to the renderer through this: the `events` of shared/ipc, typed. */
import type { EventName, EventPayload } from '../shared/ipc/index.ts';

/** Sends an event to whoever listens. */
export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;
type Listener<N extends EventName> = (payload: EventPayload<N>) => void;

/** A listener that throws does not keep the others from hearing; its error goes to `onError`. */
export class Events {
  readonly #onError: (error: unknown) => void;
  // One set per name; the map cannot express that key and listener belong together, `on` and `emit` can.
  readonly #listeners = new Map<EventName, Set<Listener<never>>>();

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Bound, because it is handed on by itself. */
  readonly emit: Emit = (name, payload) => {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        // `on` filed this listener under `name`, so it takes this payload.
        (listener as Listener<typeof name>)(payload);
      } catch (error) {
        this.#onError(error);
      }
    }
  };

  /** Answers the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: Listener<N>): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener as Listener<never>));
    return () => set.delete(listener as Listener<never>);
  }
}
