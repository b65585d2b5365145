/** What the user has to be told once: one of the studio's own files was damaged and set aside. */
import { z } from 'zod';

export const notice = z.object({
  id: z.string().min(1).max(300),
  /** Which file: decides what can be done about it. */
  about: z.enum(['library', 'applying', 'outbox', 'settings']),
  /** What happened, where the file is, what is untouched, what next. */
  message: z.string(),
});

export type Notice = z.infer<typeof notice>;
