/** A finished picture in a studio's library, as applying files it, and the retoucher who answers reports about it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Sharp } from 'sharp';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import { type Account, applied, type Client, opId, type RunningServer } from '../server/running-server.ts';

/** Told by the file of a finished picture, as a camera tells it. */
export const SERIAL = 'SN-4711-0815';

/** A retoucher of this server. */
export async function retoucherOf(server: RunningServer): Promise<Client> {
  return server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Ann', role: 'retoucher' })).body.token);
}

/** Works on the library of a studio's data folder from outside. */
export function inLibrary(folder: string, work: (db: Database.Database) => void): void {
  const db = new Database(join(folder, 'library.db'));
  work(db);
  db.close();
}

interface Finished {
  readonly photoId: string;
  readonly recipe: Recipe;
  readonly picture: Sharp;
  readonly jpeg?: Parameters<Sharp['jpeg']>[0];
}

/** Pays for the photo, writes the picture to `finished.jpg` of the folder and files it as the photo's version, whose id is answered. */
export async function fileFinished(folder: string, account: Account, { photoId, recipe, picture, jpeg }: Finished): Promise<string> {
  const versionId = `${photoId.slice(0, 25)}Z`;
  const path = join(folder, 'finished.jpg');
  const { width, height } = await picture
    .withExif({ IFD2: { BodySerialNumber: SERIAL } })
    .jpeg(jpeg)
    .toFile(path);
  const made = await applied(account, photoId);
  inLibrary(folder, (db) => {
    db.prepare(
      `INSERT INTO version (id, photo_id, op_id, at, recipe, width, height, format, bytes, sha256, path, saved_to, kind)
       VALUES (?, ?, ?, 0, ?, ?, ?, 'jpeg', 1, '', ?, '', 'applied')`,
    ).run(versionId, photoId, made, JSON.stringify(recipe), width, height, path);
  });
  return versionId;
}
