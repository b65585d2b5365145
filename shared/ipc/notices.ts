/** What the user has to be told once: a file of the studio's own was set aside, or something paid for is not where it belongs. */
import { z } from 'zod';

/** `id` is what it is dismissed by. */
export const notice = z.object({
  id: z.string().min(1).max(300),
  /** Which file, or what became of a paid picture: decides what can be done about it. */
  about: z.enum(['library', 'paid-work', 'applying', 'processing', 'outbox', 'settings', 'paid and lost', 'paid and outside']),
  /** What happened, where the file is, what is untouched, what next. */
  message: z.string(),
});

/** Something the user has to be told until they dismiss it. */
export type Notice = z.infer<typeof notice>;
