/**
 * What this machine draws with, and who asks it, as a name: whatever was found out about the graphics processor counts for as long as the name
 * stays. It is made of what changes with the driver and costs no more than to look into some folders. A driver itself is loaded by nothing here.
 */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { homedir, release } from 'node:os';
import { delimiter, join } from 'node:path';
import backlot from '../../../package.json' with { type: 'json' };

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  /** Of the file system. */
  readonly root: string;
}

/** Null: nothing here that a network could run on but the processor itself. */
export function graphicsOf({ platform = process.platform, environment = process.env, root = '/' }: Partial<Machine> = {}): string | null {
  const drivers = driversOf({ platform, environment, root });
  return drivers.length === 0 ? null : [`Backlot ${backlot.version}`, platform, release(), ...drivers].join(', ');
}

function driversOf(machine: Machine): string[] {
  // Metal is a part of the system, and changes with it.
  if (machine.platform === 'darwin') return ['Metal'];
  if (machine.platform === 'win32') return driverStore(machine);
  return machine.platform === 'linux' ? vulkanDrivers(machine) : [];
}

/** Every driver of Windows has a folder whose name changes with it. Those of other devices are among them: what was found is then found again. */
function driverStore({ environment, root }: Machine): string[] {
  const store = join(environment['SystemRoot'] ?? join(root, 'Windows'), 'System32', 'DriverStore', 'FileRepository');
  const names = namesIn(store).filter((name) => name.includes('.inf_'));
  return names.length === 0 ? [] : [createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16)];
}

/** The manifests of Vulkan's drivers, as its loader looks for them; what they name is replaced together with them. */
function vulkanDrivers({ environment, root }: Machine): string[] {
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  const places = ['usr/share', 'usr/local/share', 'etc'].map((place) => join(root, place));
  const folders = [...places, join(homedir(), '.local', 'share')].map((place) => join(place, 'vulkan', 'icd.d'));
  const manifests =
    named === undefined
      ? folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
      : named.split(delimiter).filter((path) => path !== '');
  return manifests.filter((path) => path.endsWith('.json')).flatMap(seen);
}

/** Nothing when it is not there. */
function seen(path: string): string[] {
  try {
    const { size, mtimeMs } = statSync(path);
    return [`${path} ${size} ${Math.round(mtimeMs)}`];
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
