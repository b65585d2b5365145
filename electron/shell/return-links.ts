/** Deep links that the system hands over on a command line: `backlot://return/…`, from a payment page in the browser (GS-16). */
import { type ReturnLink, readReturnLink } from '../../shared/return-page.ts';

/** The first argument that is exactly such a link; null: none is. */
export function returnLinkIn(argv: readonly string[]): ReturnLink | null {
  for (const argument of argv) {
    const link = readReturnLink(argument);
    if (link !== null) return link;
  }
  return null;
}
