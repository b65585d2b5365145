/** `npm start`: sets up what is missing and opens the studio; arguments go to the app. Runs on Node 20 without dependencies. */
import { node24, root } from './setup/places.mjs';
import { entry, prepare } from './setup/prepare.mjs';
import { run } from './setup/programs.mjs';
import { log } from './setup/progress.mjs';
import { hasDisplay, isLinuxRoot } from './setup/system.mjs';

await entry(async () => {
  const args = process.argv.slice(2);
  const { env, electron } = await prepare({ electron: true, model: true, build: true });
  if (!hasDisplay()) {
    log('There is no display here, so the studio cannot be opened: running `npm run demo` instead.');
    return (await run(node24(), ['scripts/demo.ts', ...args], { cwd: root, env })).code;
  }
  const asRoot = isLinuxRoot() ? ['--no-sandbox'] : [];
  return (await run(electron?.executable ?? 'electron', [...asRoot, root, ...args], { cwd: root, env })).code;
});
