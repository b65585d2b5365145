/** Run as a process of its own by `kill.test.ts`: applies to every photo in `<folder>/photos in` and says so, line by line. */

import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { onPaper, openOn } from '../wallet/studio-on-server.ts';
import { slowDarkroom } from './slow-darkroom.ts';

const [folder = '', url = '', token = ''] = process.argv.slice(2);
// Only the address and the token of these are used.
const opened = await openOn({ url } as never, { token } as never, folder, slowDarkroom(25));
opened.events.on('applying.changed', (batch) => console.log(`applied ${batch.applied}`));
await opened.online();
const { imported } = await opened.studio.library.importPaths([`${folder}/photos in`]);
console.log('imported');
void opened.studio.applying.apply(oneRecipe([...imported], onPaper), 'all or nothing');
console.log('asked');
