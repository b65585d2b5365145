/** What a customer is told before pictures are sent: made from the server's terms, so that nothing else is promised. */
import type { ReportDesk } from '../../../shared/api/index.ts';

const named: Readonly<Record<ReportDesk['terms']['takes'][number], string>> = {
  original: 'the original',
  result: 'the finished picture',
  recipe: 'what it was made of',
  strokes: 'what the brush did',
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** "Sent are copies of …". */
export const whatGoes = ({ terms }: Pick<ReportDesk, 'terms'>): string =>
  `Sent: ${listed(terms.takes.map((each) => named[each]))}. Place and serial numbers are taken out before; they stay on this computer.`;

/** To whom, how it is kept, who sees it, for how long, and how to end it. */
export const sentTo = ({ terms }: Pick<ReportDesk, 'terms'>): string => {
  const store = terms.store === 'folder' ? 'on its server' : 'in a store that it rents or runs';
  const eyes = terms.secondLook ? 'Two retouchers look at it.' : 'Its retouchers look at it.';
  const days = terms.keptDays === 1 ? 'One day' : `${terms.keptDays} days`;
  return `To ${terms.operator}, encrypted ${store}. ${eyes} ${days} after the answer all of it is deleted, at once when you withdraw.`;
};

/** From real answers; null: there are too few of them. */
export const usuallyWithin = ({ usuallyWithinHours: hours }: Pick<ReportDesk, 'usuallyWithinHours'>): string | null =>
  hours === null ? null : hours === 1 ? 'Usually answered within an hour.' : `Usually answered within ${hours} hours.`;
