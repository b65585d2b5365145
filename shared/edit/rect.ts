/** A rectangle of a picture: the one shape that geometry, masks and reports share. */
import { z } from 'zod';

/** `x` and `y` of the upper left corner and the size, in whatever unit its owner names: fractions of a picture, or pixels. */
export const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A rectangle; its owner says of what it gives fractions or pixels. */
export type Rect = z.infer<typeof rect>;

/** In pixels, unless it says otherwise. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
