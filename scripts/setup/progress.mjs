/** @typedef {(line: string) => void} Log */

/** @type {Log} */
export const log = (line) => process.stderr.write(`backlot: ${line}\n`);

const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(0);

/**
 * One line that counts up on a terminal; elsewhere a line at every quarter, so that a log stays short.
 * @param {string} what @param {number} totalBytes 0 when unknown
 * @returns {(doneBytes: number) => void}
 */
export function progress(what, totalBytes) {
  let shown = -1;
  return (doneBytes) => {
    const percent = totalBytes > 0 ? Math.min(100, Math.floor((doneBytes / totalBytes) * 100)) : 0;
    const step = process.stderr.isTTY ? percent : Math.floor(percent / 25) * 25;
    if (step <= shown) return;
    shown = step;
    const line = `backlot: ${what} ${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB (${percent}%)`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  };
}
