/** Why the model did not come. What may still come is told apart from what will not. */

/** It may go better the next time. */
export class Broken extends Error {}

/** It will not; the message is for people. */
export class Refused extends Error {}
