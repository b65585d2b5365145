import { expect, test } from 'vitest';
import { RetryGate } from '../../../electron/wallet/http/retry-gate.ts';
import { millis } from '../../quantities.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

/** The pause of one failure after the other, in milliseconds. */
function pausesOf(gate: RetryGate, world: FakeWorld, afterMs: readonly (number | null)[]): number[] {
  return afterMs.map((ms) => {
    const from = world.clock.now();
    gate.close(ms === null ? null : millis(ms));
    world.runNext();
    return world.clock.now() - from;
  });
}

test('pauses grow with each failure, up to a minute, until there is an answer', () => {
  const world = fakeWorld(() => 0.999_999);
  const gate = new RetryGate(world, () => undefined);
  const ten = Array.from({ length: 10 }, () => null);
  expect(pausesOf(gate, world, ten)).toEqual([499, 999, 1999, 3999, 7999, 15_999, 31_999, 59_999, 59_999, 59_999]);
  gate.succeed();
  expect(pausesOf(gate, world, [null])).toEqual([499]);
});

test('pauses have full jitter, and none ends before the server wants to be asked, nor at once', () => {
  const world = fakeWorld(() => 0);
  const gate = new RetryGate(world, () => undefined);
  expect(pausesOf(gate, world, [null, null, 2000, null])).toEqual([100, 100, 2000, 100]);
});

test('a gate is closed until its pause has passed; a failure meanwhile plans nothing anew', () => {
  const world = fakeWorld();
  let reopened = 0;
  const gate = new RetryGate(world, () => {
    reopened += 1;
  });
  expect(gate.isOpen).toBe(true);
  gate.close(null);
  gate.close(millis(60_000));
  expect([gate.isOpen, reopened]).toEqual([false, 0]);
  world.runNext();
  expect([gate.isOpen, reopened]).toEqual([true, 1]);
  world.runNext();
  expect(reopened).toBe(1);
});

test('somebody who waits for an answer is let through after each pause, until patience is at its end', async () => {
  const world = fakeWorld();
  const patience = { tries: 3, longestPauseMs: millis(10_000) };
  const gate = new RetryGate(world, () => undefined);
  for (const _ of [1, 2]) {
    const again = gate.wait(null, patience);
    expect(gate.isOpen).toBe(false);
    world.runNext();
    expect(await again).toBe(true);
  }
  expect(await gate.wait(null, patience)).toBe(false);
  // A pause that is too long is not begun.
  const another = new RetryGate(world, () => undefined);
  expect([await another.wait(millis(10_001), patience), another.isOpen]).toEqual([false, true]);
});

test('a new connection opens it at once, without telling; so does stopping', () => {
  const world = fakeWorld();
  let reopened = 0;
  const gate = new RetryGate(world, () => {
    reopened += 1;
  });
  for (const open of [() => gate.reset(), () => gate.stop()]) {
    gate.close(null);
    open();
    expect(gate.isOpen).toBe(true);
    world.runNext();
  }
  expect(reopened).toBe(0);
});
