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
});
