/** What every call of the contract is written with. */
import { z } from 'zod';

/** A call by what goes in and what comes out. */
export const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output });
/** Of a call that takes, or answers, nothing. */
export const nothing = z.void();
