/**
 * Photos handed over on the command line ("Open with Backlot"): existing files and folders, absolute. What begins with a scheme is an
 * address that a page or another program passed on (`backlot:…`), and never a path: as one it would lead wherever its dots lead.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** A drive's letter (`C:\\`) is no scheme: those have at least two characters. */
const SCHEME = /^\s*[a-z][a-z0-9+.-]+:/i;

/** The existing files and folders that a command line names, absolute; options, links and the app itself are left out. */
export function filesIn(argv: readonly string[], workingFolder: string, appPath: string): readonly string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && !SCHEME.test(argument))
    .map((argument) => resolve(workingFolder, argument))
    .filter((path) => path !== resolve(appPath) && !path.endsWith('main.js') && existsSync(path));
}

const instanceData = z.object({ files: z.array(z.string()) });

/** What a second instance of the app hands to the first before it leaves. */
export function filesFromInstance(data: unknown): readonly string[] {
  return instanceData.safeParse(data).data?.files ?? [];
}
