/** `docs/errors.md`, made from the registry of error codes. */
import { CODES, type CodeFacts } from '../../shared/api/codes.ts';

const HEAD = `# Error codes

Made by \`npm run docs\` from \`shared/api/codes.ts\`; change the registry, not this page.

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

/** The whole page. Codes stand by status, then by name. */
export function errorsPage(): string {
  const rows = Object.entries<CodeFacts>(CODES).sort(([a, one], [b, other]) => one.status - other.status || (a < b ? -1 : 1));
  return HEAD + rows.map(([code, { status, title, meaning }]) => `| ${status} | \`${code}\` | ${title} | ${meaning} |\n`).join('');
}
