/** How long searches search: `npm test` looks for minutes, `npm run check:long` for an hour. */

/** How many times the usual; `npm run check:long` sets it. */
const TIMES = Number(process.env['BACKLOT_TEST_TIMES'] ?? 1);

/**
 * How many random cases a property tries: `usual` is what `npm test` has time for. `longer`, of a property whose cases are dear, is what a long
 * search takes in its place, as many times over.
 */
export const runs = (usual: number, longer: number = usual): number => Math.ceil(TIMES > 1 ? longer * TIMES : usual * TIMES);
