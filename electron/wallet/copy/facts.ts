/** Shapes of what the copy keeps beside the ledger. */
import { z } from 'zod';
import { pack } from '../../../shared/api/index.ts';

/** The packs on sale, as the server listed them last. */
export const packFact = z.array(pack);
