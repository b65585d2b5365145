/** What a pixel of the guide is sure to be; only EDGE has to be worked out. */
export const OUTSIDE = 0;
export const INSIDE = 1;
export const EDGE = 2;

/** A matte this close to an end is that end. */
export const NOTHING = 0.04;
export const ALL = 0.96;
