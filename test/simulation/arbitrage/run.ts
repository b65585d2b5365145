/**
 * `npm run arbitrage [-- --minutes N --seed N --policy ID]`: searches for an hour, one policy after the other, each time with the next seed, and
 * says once in a while how far it is. Ends with 1 and the shortest sequence as soon as credit was had for nothing, with 0 when the time is over.
 */
import { parseArgs } from 'node:util';
import { policies, policyOf } from './policies.ts';
import { search, told } from './search.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1000' },
    policy: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const first = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(first)) {
  console.error('--minutes takes a number above zero, --seed a whole number.');
  process.exit(2);
}
const searched = values.policy === undefined ? policies : [policyOf(values.policy)];
const RUNS = 500;
const LINE_EVERY_MS = 30_000;

const end = performance.now() + minutes * 60_000;
let nextLine = performance.now() + LINE_EVERY_MS;
let searches = 0;
while (performance.now() < end) {
  const policy = searched[searches % searched.length] ?? policyOf('');
  const seed = first + Math.floor(searches / searched.length);
  const found = search(policy, { seed, runs: RUNS });
  if (found !== null) {
    console.log(told(found));
    console.log(`\nFound after ${searches * RUNS} sequences. Again: npm run arbitrage -- --policy ${policy.id} --seed ${seed}`);
    process.exit(1);
  }
  searches += 1;
  if (performance.now() < nextLine) continue;
  nextLine += LINE_EVERY_MS;
  console.log(`${searches * RUNS} sequences, seed ${seed}, ${Math.ceil((end - performance.now()) / 60_000)} minutes to go`);
}
console.log(`${searches * RUNS} sequences in ${minutes} minutes from seed ${first} on: nothing was had for nothing.`);
