/** `npm run bench -- startup` */
import { report } from './report.ts';
import { measureStartup } from './startup.ts';

report('startup', [await measureStartup()]);
