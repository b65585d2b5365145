/** `npm run admin -- COMMAND`: the administrators' commands, from a terminal. */
import { administer } from './administer.ts';

process.exitCode = await administer(process.argv.slice(2), process.env, console);
