/**
 * `npm run conformance`: runs the conformance tests and prints a table `id · rule · passed`, closing with `N/67 rules`.
 * A rule's tests carry its id at the start of their titles. A rule that has no test fails the run, and so does a test
 * of no known rule.
 */
import { startVitest } from 'vitest/node';
import { RULES } from './rules.ts';

type State = 'passed' | 'failed';

const states = await runTests();
const unknown = [...states.keys()].filter((id) => !RULES.some((rule) => rule.id === id));
const lines = RULES.map(({ id, text }) => {
  const state = states.get(id);
  if (state === 'failed') return { id, text, word: 'FAILED' };
  if (state === 'passed') return { id, text, word: 'passed' };
  return { id, text, word: 'HAS NO TEST' };
});
const width = Math.max(...lines.map(({ text }) => text.length));
for (const { id, text, word } of lines) console.log(`${id} · ${text.padEnd(width)} · ${word}`);
for (const id of unknown) console.log(`${id} · there is no such rule · FAILED`);
const passed = lines.filter(({ word }) => word === 'passed').length;
console.log(`\n${passed}/${RULES.length} rules`);
process.exit(unknown.length > 0 || lines.some(({ word }) => word === 'FAILED' || word === 'HAS NO TEST') ? 1 : 0);

/** By rule id: passed when all its tests did. */
async function runTests(): Promise<Map<string, State>> {
  const vitest = await startVitest('test', ['test/conformance/'], {
    watch: false,
    run: true,
    project: ['integration'],
    reporters: ['dot'],
  });
  const found = new Map<string, State>();
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) {
      const id = /^([A-Z]{2}-\d{2}):/.exec(test.name)?.[1];
      if (!id) continue;
      const state: State = test.result().state === 'passed' && found.get(id) !== 'failed' ? 'passed' : 'failed';
      found.set(id, state);
      if (state === 'failed') console.error(`${test.name}: ${test.result().errors?.[0]?.message ?? 'did not run'}`);
    }
  }
  await vitest.close();
  return found;
}
