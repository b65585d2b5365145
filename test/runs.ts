/** How long searches search: `npm test` looks for minutes, `npm run check:long` for an hour. */

/** How many times the usual; `npm run check:long` sets it. */
const TIMES = Number(process.env['BACKLOT_TEST_TIMES'] ?? 1);

/** How many random cases a property tries, where `usual` is what `npm test` has time for. */
export const runs = (usual: number): number => Math.ceil(usual * TIMES);
