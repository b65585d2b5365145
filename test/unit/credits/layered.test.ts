/** The map of open holds behaves as a Map does, and forks of it do not see each other. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Layered } from '../../../shared/credits/model/layered.ts';

type Step = { readonly kind: 'set' | 'delete' | 'fork'; readonly key: number };
const step: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('set', 'set', 'delete', 'fork'), key: fc.nat(40) });

const contents = (map: ReadonlyMap<number, object>): [number, object][] => [...map].sort(([a], [b]) => a - b);

describe('a layered map', () => {
  test('says what a Map would say after any steps, however often it was forked', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let ours = new Layered<number, object>();
        let model = new Map<number, object>();
        const left: [Layered<number, object>, Map<number, object>][] = [];
        for (const [at, { kind, key }] of steps.entries()) {
          if (kind === 'set') {
            const value = { at };
            if (model.has(key) || at % 2 === 0) ours.set(key, value);
            else ours.add(key, value);
            model.set(key, value);
          } else if (kind === 'delete') {
            expect(ours.delete(key)).toBe(model.delete(key));
          } else {
            left.push([ours, model]);
            ours = ours.fork();
            model = new Map(model);
          }
          expect(ours.size).toBe(model.size);
          expect(ours.get(key)).toBe(model.get(key));
          expect(ours.has(key)).toBe(model.has(key));
        }
        // What was forked from has not moved.
        for (const [before, then] of [...left, [ours, model] as const]) expect(contents(before)).toEqual(contents(then));
      }),
    );
  });

  test('the one that was forked may go on too', () => {
    const first = new Layered<string, object>([['a', { n: 1 }]]);
    const second = first.fork();
    first.set('b', { n: 2 });
    second.delete('a');
    expect([...first.keys()]).toEqual(['a', 'b']);
    expect([...second.keys()]).toEqual([]);
  });

  test('holds keep the order in which they were placed', () => {
    let map = new Layered<number, object>();
    for (let key = 0; key < 500; key += 1) map = map.fork().set(key, { key });
    for (let key = 0; key < 500; key += 3) map.delete(key);
    expect([...map.keys()]).toEqual(Array.from({ length: 500 }, (_, key) => key).filter((key) => key % 3 !== 0));
    expect([...map.values()]).toHaveLength(map.size);
  });
});
