/** What a pixel of the guide is sure to be; only EDGE has to be worked out. */
export const OUTSIDE = 0;
export const INSIDE = 1;
export const EDGE = 2;
