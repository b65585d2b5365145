/** Photos handed over on the command line ("Open with Backlot"): existing files and folders, absolute. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

export function filesIn(argv: readonly string[], workingFolder: string, appPath: string): readonly string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-'))
    .map((argument) => resolve(workingFolder, argument))
    .filter((path) => path !== resolve(appPath) && !path.endsWith('main.js') && existsSync(path));
}

const instanceData = z.object({ files: z.array(z.string()) });

/** What a second instance of the app hands to the first before it leaves. */
export function filesFromInstance(data: unknown): readonly string[] {
  return instanceData.safeParse(data).data?.files ?? [];
}
