/** `docs/errors.md`, made from the registry of error codes: the server's, and those of the studio and the command line. */

import { OWN_CODES, type OwnCodeFacts } from '../../shared/codes/own-codes.ts';
import { CODES, type CodeFacts } from '../../shared/codes/server-codes.ts';

const HEAD = `# Error codes

Made by \`npm run docs\` from \`shared/codes/server-codes.ts\` and \`shared/codes/own-codes.ts\`; change the registry, not this page.

## The credit server

The credit server refuses with a problem document (RFC 9457, \`application/problem+json\`). Its \`code\` is stable and is what a program
compares. \`type\` is \`urn:backlot:problem:\` and the code with hyphens; \`title\` and \`status\` belong to the code; \`detail\` says what
happened in this case, what was not charged, and what to do next, and may change its words.

- 4xx is final: the server has decided and says the same again. 401, 408, 429 and \`in_progress\` are not: nothing was decided yet.
- 5xx, no answer, and any answer without the header \`Backlot-Contract\` leave the outcome unknown: send it again with the same operation id.
- 429, 503 and \`in_progress\` carry \`Retry-After\`.
- An unknown code means what its status means.

| status | code | title | when, and what helps |
|---|---|---|---|
`;

const OWN_HEAD = `
## The studio and the command line

These are answered without the server: it was not asked, did not answer, or it was not for it to decide. They stand in the problems that the app's
processes hand each other and in the documents of \`--json\`, beside the server's codes, which are handed on as they are. None has a status. Unless its row
says otherwise, nothing was charged for what failed; \`message\` says what is known of the one case.

| said by | code | title | when, and what helps |
|---|---|---|---|
`;

/** The whole page. The server's codes stand by status, then by name; the others by who says them, then by name. */
export function errorsPage(): string {
  const rows = Object.entries<CodeFacts>(CODES).sort(([a, one], [b, other]) => one.status - other.status || (a < b ? -1 : 1));
  const own = Object.entries<OwnCodeFacts>(OWN_CODES).sort(([a, one], [b, other]) => (`${one.room} ${a}` < `${other.room} ${b}` ? -1 : 1));
  const server = rows.map(([code, { status, title, meaning }]) => `| ${status} | \`${code}\` | ${title} | ${meaning} |\n`).join('');
  return (
    HEAD + server + OWN_HEAD + own.map(([code, { room, title, meaning }]) => `| ${room} | \`${code}\` | ${title} | ${meaning} |\n`).join('')
  );
}
