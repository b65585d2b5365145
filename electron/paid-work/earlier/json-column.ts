/** How the databases of versions before keep what has more than one field. */
import { z } from 'zod';

/** A column that holds JSON text, read as what that text says; the schema of what it has to be is piped behind. Throws where it is no JSON. */
export const json = z.string().transform((text): unknown => JSON.parse(text));
