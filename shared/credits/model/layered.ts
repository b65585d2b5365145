/**
 * A persistent map: a fork is O(1) and shares everything with what it came from (copy-on-write). An account with
 * thousands of open holds would otherwise be copied for each photo that is settled.
 *
 * Layers from oldest to newest; several of about a size become one (a log-structured merge), so that an entry is copied a logarithmic
 * number of times in its life. `null` in a layer takes away what an older one says. Ids ascend as a rule: one past the greatest so far is new
 * without a look at any layer.
 */
type Layer<K, V> = ReadonlyMap<K, V | null>;

/** A map whose fork is O(1) and copy-on-write: later changes of either are not seen by the other. Keys ascend in their natural order as a rule. */
export class Layered<K extends string | number, V extends object> implements ReadonlyMap<K, V> {
  /** Shared with forks: never changed. */
  #below: readonly Layer<K, V>[] = [];
  #own = new Map<K, V | null>();
  #size = 0;
  /** No key was ever past this one. */
  #greatest: K | undefined;

  constructor(entries: Iterable<readonly [K, V]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  /** Copy-on-write: equal now; later changes of either are independent. */
  fork(): Layered<K, V> {
    if (this.#own.size > 0) {
      this.#below = merged([...this.#below, this.#own]);
      this.#own = new Map();
    }
    const fork = new Layered<K, V>();
    fork.#below = this.#below;
    fork.#size = this.#size;
    fork.#greatest = this.#greatest;
    return fork;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    if (this.#greatest === undefined || key > this.#greatest) return undefined;
    const own = this.#own.get(key);
    return own === undefined ? this.#older(key) : (own ?? undefined);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  set(key: K, value: V): this {
    return this.has(key) ? this.#put(key, value) : this.add(key, value);
  }

  /** Sets a key that is known not to be there: saves the look at every layer. */
  add(key: K, value: V): this {
    this.#size += 1;
    if (this.#greatest === undefined || key > this.#greatest) this.#greatest = key;
    return this.#put(key, value);
  }

  delete(key: K): boolean {
    if (!this.has(key)) return false;
    this.#size -= 1;
    if (this.#older(key) === undefined) this.#own.delete(key);
    else this.#own.set(key, null);
    return true;
  }

  /** As they were added. */
  *entries(): MapIterator<[K, V]> {
    const layers = [...this.#below, this.#own];
    for (const [index, layer] of layers.entries())
      for (const [key, value] of layer) if (value !== null && !layers.some((newer, at) => at > index && newer.has(key))) yield [key, value];
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  #put(key: K, value: V): this {
    this.#own.set(key, value);
    return this;
  }

  #older(key: K): V | undefined {
    for (let i = this.#below.length - 1; i >= 0; i -= 1) {
      const value = this.#below[i]?.get(key);
      if (value !== undefined) return value ?? undefined;
    }
    return undefined;
  }
}

/** So many layers of about a size are kept before they become one: more of them cost looks, fewer cost copies. */
const FAN = 4;

/** Merges from the newest end as long as the last FAN layers are of about a size. */
function merged<K, V>(layers: readonly Layer<K, V>[]): readonly Layer<K, V>[] {
  // Each turn leaves fewer layers.
  while (layers.length > 1) {
    const rest = layers.slice(0, -FAN);
    const [oldest, ...newer] = layers.slice(-FAN);
    if (oldest === undefined || newer.length < FAN - 1 || oldest.size > FAN * (newer.at(-1)?.size ?? 0)) return layers;
    const merged = new Map(oldest);
    for (const layer of newer)
      for (const [key, value] of layer) {
        // With nothing older left, what takes an entry away is not needed any more.
        if (value === null && rest.length === 0) merged.delete(key);
        else moveToEnd(merged, key, value);
      }
    layers = [...rest, merged];
  }
  return layers;
}

function moveToEnd<K, V>(map: Map<K, V>, key: K, value: V): void {
  const { size } = map;
  map.set(key, value);
  // It was there already, in an older layer. Rare, so it is not deleted beforehand.
  if (map.size > size) return;
  map.delete(key);
  map.set(key, value);
}
