/** Which deep links are followed: strictly those of our own form, wherever they stand on a command line. */
import { expect, test } from 'vitest';
import { returnLinkIn } from '../../../electron/shell/return-links.ts';

test.each([
  [['backlot', 'backlot://return/wallet?outcome=paid'], { page: 'wallet', outcome: 'paid' }],
  [['/opt/Backlot/backlot', '--no-sandbox', '/photos/a.jpg', 'backlot://return/buy?outcome=left'], { page: 'buy', outcome: 'left' }],
  [['backlot', 'backlot://return/nowhere', 'backlot://return/plans'], { page: 'plans', outcome: null }],
  [['backlot', '--open=backlot://return/wallet'], null],
  [['backlot', 'backlot://run/wallet'], null],
  [['backlot', 'backlot://return/wallet; rm'], null],
  [['backlot'], null],
])('%j', (argv, expected) => {
  expect(returnLinkIn(argv)).toEqual(expected);
});
