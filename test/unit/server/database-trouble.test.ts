/** What is the database's trouble and passes, and what is a fault of our own. */
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { Semaphore } from '../../../server/db/semaphore.ts';
import { troubleOf } from '../../../server/db/trouble.ts';

const sql = (code: string): Error => Object.assign(new pg.DatabaseError('said by PostgreSQL', 1, 'error'), { code });
const system = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

describe('trouble of the database', () => {
  test.each<[what: string, error: unknown, trouble: 'away' | 'busy' | null]>([
    ['ended by an administrator', sql('57P01'), 'away'],
    ['a crash of another connection', sql('57P02'), 'away'],
    ['starting, or shutting down', sql('57P03'), 'away'],
    ['a connection that broke', sql('08006'), 'away'],
    ['too many connections', sql('53300'), 'away'],
    ['a full disk', sql('53100'), 'away'],
    ['a disk that cannot be read', sql('58030'), 'away'],
    ['a server that became a standby', sql('25006'), 'away'],
    ['a transaction that was idle for too long', sql('25P03'), 'away'],
    ['a statement that took too long', sql('57014'), 'busy'],
    ['a lock that was not to be had', sql('55P03'), 'busy'],
    ['a deadlock', sql('40P01'), 'busy'],
    ['a value that is there already', sql('23505'), null],
    ['a statement that is wrong', sql('42601'), null],
    ['a text that PostgreSQL cannot store', sql('22021'), null],
    ['nobody at the port', system('ECONNREFUSED', 'connect'), 'away'],
    ['nobody at the socket', system('ENOENT', 'connect'), 'away'],
    ['a file that is missing', system('ENOENT', 'open'), null],
    ['every address refused', new AggregateError([system('ECONNREFUSED', 'connect')]), 'away'],
    ['lost in the middle', new Error('Connection terminated unexpectedly'), 'away'],
    ['no answer', new Error('Query read timeout'), 'away'],
    ['no connection of the pool', new Error('timeout exceeded when trying to connect'), 'away'],
    ['a fault', new Error('undefined is not a function'), null],
    ['no error at all', 'Connection terminated', null],
  ])('%s', (_, error, trouble) => {
    expect(troubleOf(error)).toBe(trouble);
  });
});

describe('the semaphore', () => {
  const never = new Promise<never>(() => undefined);

  test('so many at a time, in the order in which they came', async () => {
    const semaphore = new Semaphore(2, 60_000);
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    const all = [0, 1, 2, 3, 4].map((n) =>
      semaphore.run(() => {
        begun.push(n);
        return new Promise<void>((done) => finish.push(done));
      }),
    );
    for (let n = 0; n < 5; n += 1) {
      expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, Math.min(5, n + 2)));
      finish[n]?.();
      await all[n];
    }
  });

  test('one that fails gives its turn on', async () => {
    const semaphore = new Semaphore(1, 60_000);
    await expect(semaphore.run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await semaphore.run(async () => 'next')).toBe('next');
  });

  test('who gets none in time is busy’s, did nothing, and takes nobody else’s turn', async () => {
    const semaphore = new Semaphore(1, 1);
    void semaphore.run(() => never);
    let done = false;
    const late = semaphore.run(async () => {
      done = true;
    });
    expect(troubleOf(await late.catch((error: unknown) => error))).toBe('busy');
    expect(done).toBe(false);
  });
});
