/** What a pixel of the guide is sure to be; only EDGE has to be worked out. */
export const OUTSIDE = 0;
/** Surely the subject. */
export const INSIDE = 1;
/** Unsure: has to be worked out. */
export const EDGE = 2;

/** A matte this close to an end is that end. */
export const NOTHING = 0.04;
/** From here on a matte, 0..1, counts as all of the pixel. */
export const ALL = 0.96;
