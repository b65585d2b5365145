/** Where a token may be sent, and what is said of an address where it may not. Asked where a connection is made, whatever the address came from. */

/** Nothing that signs in, no backslash, no blank: what programs read in different ways is no address. */
const OVER_HTTPS = /^https:\/\/(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#][^\s\\\p{Cc}]*)?$/iu;
const ON_THIS_MACHINE = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?(?:[/?#][^\s\\\p{Cc}]*)?$/iu;

/** Over https, or to a server on this machine. */
export const isServerAddress = (address: string): boolean => OVER_HTTPS.test(address) || ON_THIS_MACHINE.test(address);

/** What is said instead of connecting. Only the place is repeated: the rest of the address may hold a secret. */
export const notAServer = (address: string): string =>
  `${placeOf(address)} cannot be used as a credit server: its address starts with https://, or it is on this computer. Nothing was sent.`;

const placeOf = (address: string): string =>
  /^[a-z]{1,20}:\/\/(?=[^@]*$)[\p{L}\p{N}.:_-]{1,200}/iu.exec(address)?.[0] ?? 'What is given as the address';
