/** Who works when. */
import { describe, expect, test } from 'vitest';
import { JobQueue, QueueClosed, URGENCY } from '../../../electron/darkroom/process/job-queue.ts';

/** Work that ends when it is told to. */
function work(name: string, log: string[]) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    run: async () => {
      log.push(name);
      await ended;
      return name;
    },
    end: () => end(),
  };
}

describe('queue', () => {
  test('never run more at once than there are, and the most urgent that waits goes first', async () => {
    const log: string[] = [];
    const queue = new JobQueue(2);
    const jobs = {
      a: work('a', log),
      b: work('b', log),
      improve: work('improve', log),
      apply: work('apply', log),
      look: work('look', log),
    };
    const running = [
      queue.run(URGENCY.applying, jobs.a.run),
      queue.run(URGENCY.applying, jobs.b.run),
      queue.run(URGENCY.improving, jobs.improve.run),
      queue.run(URGENCY.applying, jobs.apply.run),
      queue.run(URGENCY.looking, jobs.look.run),
    ];
    expect(log).toEqual(['a', 'b']);
    // What ends makes room for the most urgent of those that wait, not for the first.
    for (const job of Object.values(jobs)) {
      job.end();
      await Promise.resolve();
    }
    await Promise.all(running);
    expect(log).toEqual(['a', 'b', 'look', 'apply', 'improve']);
    expect(await Promise.all(running)).toEqual(['a', 'b', 'improve', 'apply', 'look']);
  });

  test('a job that fails makes room', async () => {
    const queue = new JobQueue(1);
    await expect(queue.run(URGENCY.looking, () => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
    expect(await queue.run(URGENCY.looking, async () => 'next')).toBe('next');
  });

  test('closing waits for what runs and refuses what waits', async () => {
    const log: string[] = [];
    const queue = new JobQueue(1);
    const running = work('running', log);
    const first = queue.run(URGENCY.applying, running.run);
    const waiting = queue.run(URGENCY.applying, work('waiting', log).run);
    const closed = queue.close();
    await expect(waiting).rejects.toBeInstanceOf(QueueClosed);
    running.end();
    await closed;
    expect(await first).toBe('running');
    await expect(queue.run(URGENCY.looking, async () => 1)).rejects.toBeInstanceOf(QueueClosed);
    expect(log).toEqual(['running']);
  });

  test('what nobody asked for begins when nothing runs and nothing waits, and is told to make way', async () => {
    const log: string[] = [];
    const queue = new JobQueue(2);
    const apply = work('apply', log);
    const ahead = work('ahead', log);
    const applied = queue.run(URGENCY.applying, apply.run);
    const prefetched = [queue.run(URGENCY.prefetching, ahead.run), queue.run(URGENCY.prefetching, work('next', log).run)];
    // There is room for it, and it waits all the same.
    expect(log).toEqual(['apply']);
    apply.end();
    await applied;
    await Promise.resolve();
    expect(log).toEqual(['apply', 'ahead']);
    expect(queue.isWanted).toBe(false);
    const look = work('look', log);
    const looked = queue.run(URGENCY.looking, look.run);
    expect(queue.isWanted).toBe(true);
    // It does not wait for what makes way.
    expect(log).toEqual(['apply', 'ahead', 'look']);
    ahead.end();
    await prefetched[0];
    expect(log).toEqual(['apply', 'ahead', 'look']);
    look.end();
    await looked;
    await Promise.resolve();
    expect(log).toEqual(['apply', 'ahead', 'look', 'next']);
    expect(queue.isWanted).toBe(false);
    void queue.close();
    expect(queue.isWanted).toBe(true);
  });

  test('a job that is withdrawn before its turn is not begun', async () => {
    const log: string[] = [];
    const queue = new JobQueue(1);
    const running = work('running', log);
    const first = queue.run(URGENCY.looking, running.run);
    const withdrawn = new AbortController();
    const waiting = queue.run(URGENCY.prefetching, work('waiting', log).run, withdrawn.signal);
    const late = queue.run(URGENCY.prefetching, work('late', log).run, AbortSignal.abort(new Error('too late')));
    withdrawn.abort(new Error('not wanted any more'));
    await expect(waiting).rejects.toThrow('not wanted any more');
    await expect(late).rejects.toThrow('too late');
    running.end();
    await first;
    expect(log).toEqual(['running']);
  });
});
