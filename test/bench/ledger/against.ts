/**
 * This checkout's ledger beside another one's, for what changed between them: both run all the time, each on a PostgreSQL of its own, and take turns
 * of a second or two. What else the machine does, and how fast it is at that moment, meets both; the figures are medians of the ratios of
 * neighbouring turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { measured, type Row } from '../report.ts';
import type { LoadName, Outcome, Turn } from './contestant.ts';

/** As what the benchmark's own server is started with. */
const LOADS: readonly (readonly [LoadName, string])[] = [
  ['single', 'authorise + settle, 100 accounts, 8 clients'],
  ['hot', 'one hot account, 256 in flight'],
  ['batch', 'batches of 100 authorised, 8 clients'],
];
/** Not counted: code is compiled and pages are read for the first time. */
const WARMING_UP = 2;

class Contestant {
  readonly #child: ChildProcess;

  constructor(folder: string) {
    this.#child = fork(join(import.meta.dirname, 'contestant.ts'), { cwd: folder, execArgv: process.execArgv });
  }

  ready(): Promise<unknown> {
    return this.#answer();
  }

  async play(turn: Turn): Promise<Outcome> {
    const answer = this.#answer();
    this.#child.send(turn);
    return (await answer) as Outcome; // contestant.ts answers a turn with nothing else
  }

  async leave(): Promise<void> {
    const gone = new Promise((done) => this.#child.once('exit', done));
    this.#child.send('leave');
    await gone;
  }

  #answer(): Promise<unknown> {
    return new Promise((done, fail) => {
      const gone = (): void => fail(new Error('A server of the benchmark ended.'));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', gone);
        done(answer);
      });
    });
  }
}

/** @param other the folder of another checkout, with its packages installed */
export async function against(other: string, { rounds, seconds }: { readonly rounds: number; readonly seconds: number }): Promise<Row[]> {
  const [here, there] = [new Contestant(process.cwd()), new Contestant(other)];
  try {
    await Promise.all([here.ready(), there.ready()]);
    const rows: Row[] = [];
    for (const [load, name] of LOADS) rows.push(...(await compare([here, there], { load, seconds }, { name, rounds })));
    return rows;
  } finally {
    await Promise.all([here.leave(), there.leave()]);
  }
}

async function compare(
  [here, there]: readonly [Contestant, Contestant],
  turn: Turn,
  { name, rounds }: { readonly name: string; readonly rounds: number },
): Promise<Row[]> {
  const pairs: (readonly [Outcome, Outcome])[] = [];
  for (let round = -WARMING_UP; round < rounds; round += 1) {
    // Whoever comes second now comes first the next time.
    const hereFirst = round % 2 === 0;
    const first = await (hereFirst ? here : there).play(turn);
    const second = await (hereFirst ? there : here).play(turn);
    if (round >= 0) pairs.push(hereFirst ? [first, second] : [second, first]);
  }
  const ratio = (of: (outcome: Outcome) => number): number[] => pairs.map(([mine, its]) => of(mine) / of(its));
  return [
    measured(
      `${name}: here`,
      pairs.map(([mine]) => mine.perSecond),
      '/s',
    ),
    measured(
      '… there',
      pairs.map(([, its]) => its.perSecond),
      '/s',
    ),
    measured(
      '… here over there',
      ratio(({ perSecond }) => perSecond),
      'x',
      0.95,
      'higher',
    ),
    measured(
      '… CPU time an operation, here over there',
      ratio(({ cpuUs }) => cpuUs),
      'x',
    ),
  ];
}
