/** Opens the store that the settings name. */
import { join } from 'node:path';
import { FolderStore } from './folder.ts';
import { openS3 } from './s3.ts';
import type { ObjectSettings } from './settings.ts';
import type { ObjectStore } from './store.ts';

/** A folder, by default in the data folder; or a bucket. Nothing is written or asked of it yet. */
export async function openObjects({ s3, folder }: ObjectSettings, dataFolder: string): Promise<ObjectStore> {
  return s3 === null ? new FolderStore(folder ?? join(dataFolder, 'objects')) : openS3(s3);
}
