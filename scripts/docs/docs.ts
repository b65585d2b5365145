/** `npm run docs`: writes the pages of docs/ that are made from code. A test says when one is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.mjs';
import { errorsPage } from './errors-page.ts';

writeFileSync(join(root, 'docs', 'errors.md'), errorsPage());
