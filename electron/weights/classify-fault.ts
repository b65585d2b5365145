/** What stood in the way of a download, in words. */
import { certificateFault, codeOf } from '../wallet/http/unreached.ts';
import { Broken, Refused } from './download-faults.ts';

/** What a failed try says about the next one. */
export function classifyFault(error: unknown, host: string): Broken | Refused {
  if (error instanceof Broken || error instanceof Refused) return error;
  const code = codeOf(error);
  const certificate = certificateFault(code, error, host);
  if (certificate !== null) return new Refused(certificate);
  // Only the errors of a file name its path.
  if (error instanceof Error && 'path' in error && error.message.includes(code))
    return new Refused(`The cache folder cannot be written to (${code}).`);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new Refused('The disk is full. The model needs 600 MB of room while it is fetched and prepared; what came so far is kept.');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Broken(`${host} was not found. Check the network, or the proxy’s address.`);
    case 'ECONNREFUSED':
      return new Broken(`Nothing answers at ${host}.`);
    default:
      return new Broken(`${host} cannot be reached.`);
  }
}
