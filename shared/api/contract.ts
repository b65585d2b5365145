/**
 * By what a client knows that an answer is of this contract, and not of a proxy, a guest network's sign-in page or another program at the address:
 * every answer of the credit server carries the header, whatever its status: refusals, files, streams, and what is refused before it is understood.
 */
export const CONTRACT_HEADER = 'Backlot-Contract';
/** Changes only when a client of the version before could misread an answer. */
export const CONTRACT_VERSION = '1';
/** The event stream says at least a comment line (": …") this often: one that is silent for longer is held back, or gone. */
export const STREAM_HEARTBEAT_MS = 10_000;
