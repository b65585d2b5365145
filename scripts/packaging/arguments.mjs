import { SetupError } from '../setup/programs.mjs';

const systems = { '--linux': 'linux', '--win': 'win32', '--mac': 'darwin' };

/** What is not electron-builder's. */
const OURS = ['--allow-fallback-runtime', '--with-model'];

/**
 * What electron-builder is called with. The fallback runtime is refused here: it is good enough for tests, but what is given away has to
 * come from Electron's own release.
 * @param {readonly string[]} args of `npm run package`
 * @param {import('../setup/electron.mjs').ElectronRuntime} runtime
 * @param {NodeJS.Platform} [platform]
 * @returns {string[]}
 */
export function builderArguments(args, runtime, platform = process.platform) {
  if (runtime.source === 'fallback' && !args.includes('--allow-fallback-runtime')) {
    throw new SetupError(
      `Only the fallback runtime (Electron ${runtime.version} from npm) is on this machine. It is for development and tests; nothing was packed. ` +
        "Run this where Electron's own download host answers, or pass --allow-fallback-runtime for a package that stays here.",
    );
  }
  const at = args.indexOf('--output');
  const output = at < 0 ? undefined : args[at + 1];
  const asked = args.filter((arg, index) => !OURS.includes(arg) && (at < 0 || (index !== at && index !== at + 1)));
  // For another system electron-builder has to fetch that system's runtime itself.
  const forThisSystem = Object.entries(systems).every(([flag, system]) => system === platform || !asked.includes(flag));
  return [
    ...(asked.length > 0 ? asked : ['--dir']),
    '--publish=never',
    `-c.electronVersion=${runtime.version}`,
    ...(forThisSystem ? [`-c.electronDist=${runtime.folder}`] : []),
    ...(output ? [`-c.directories.output=${output}`] : []),
  ];
}
