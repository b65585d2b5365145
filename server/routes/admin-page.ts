/** GET /admin: the administrators' page with its style and its script. Public as such: everything it shows needs a token. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { notFound } from '../problems.ts';
import { file } from './reply.ts';
import { forAnybody, type Route } from './route.ts';

/** What the page may do: its own style and script, and calls to this server. Nothing inline, no frame around it, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FILES = [
  ['/admin', 'index.html', 'text/html; charset=utf-8'],
  ['/admin/admin.css', 'admin.css', 'text/css; charset=utf-8'],
  ['/admin/admin.js', 'admin.js', 'text/javascript; charset=utf-8'],
  ['/admin/acts.js', 'acts.js', 'text/javascript; charset=utf-8'],
  ['/admin/staff.js', 'staff.js', 'text/javascript; charset=utf-8'],
  ['/admin/tokens.js', 'tokens.js', 'text/javascript; charset=utf-8'],
  ['/admin/page.js', 'page.js', 'text/javascript; charset=utf-8'],
] as const;

/** The files of the page. */
export function adminPageRoutes(): Route[] {
  const folder = pageFolder(import.meta.dirname);
  return FILES.map(([path, name, type]) =>
    forAnybody(`GET ${path}`, {
      summary: null,
      handle: async () => {
        if (folder === null) throw notFound('page');
        return file(type, await readFile(join(folder, name)), {
          'content-security-policy': POLICY,
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
        });
      },
    }),
  );
}

/** Beside the sources, and beside the packaged program: the nearest folder above that has it. */
function pageFolder(from: string): string | null {
  const here = join(from, 'resources', 'admin');
  if (existsSync(here)) return here;
  const above = dirname(from);
  return above === from ? null : pageFolder(above);
}
