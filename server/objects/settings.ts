/** Where the files of reports lie, by environment only. */

/** An S3-compatible store. The keys are never logged and never part of an error. */
export interface S3Settings {
  readonly bucket: string;
  /** null: AWS itself, found by the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** In front of every key; may be empty. */
  readonly prefix: string;
}

/** Where objects lie. */
export interface ObjectSettings {
  /** null: in the folder. */
  readonly s3: S3Settings | null;
  /** null: `objects` in the data folder. */
  readonly folder: string | null;
}

/** The part of the server's help that is about files. */
export const OBJECTS_USAGE = `environment, for the files of reports (keys never logged)
  BACKLOT_OBJECTS_DIR        the folder they lie in, encrypted; default: objects in the data folder
  BACKLOT_S3_BUCKET          a bucket of an S3-compatible store instead, with
  BACKLOT_S3_ACCESS_KEY_ID, BACKLOT_S3_SECRET_ACCESS_KEY, BACKLOT_S3_REGION (default us-east-1),
  BACKLOT_S3_ENDPOINT        https://… of another store than AWS; BACKLOT_S3_PREFIX: in front of every key`;

/** Throws with the sentence to show; the sentence never holds a key. */
export function readObjects(env: Readonly<Record<string, string | undefined>>): ObjectSettings {
  const folder = env['BACKLOT_OBJECTS_DIR'] || null;
  const bucket = env['BACKLOT_S3_BUCKET'];
  if (!bucket) return { s3: null, folder };
  if (folder !== null)
    throw new Error('BACKLOT_OBJECTS_DIR and BACKLOT_S3_BUCKET name two places for the same files. Keep one. The server was not started.');
  const accessKeyId = env['BACKLOT_S3_ACCESS_KEY_ID'];
  const secretAccessKey = env['BACKLOT_S3_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey)
    throw new Error('BACKLOT_S3_BUCKET needs BACKLOT_S3_ACCESS_KEY_ID and BACKLOT_S3_SECRET_ACCESS_KEY. The server was not started.');
  const endpoint = env['BACKLOT_S3_ENDPOINT'] || null;
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new Error('BACKLOT_S3_ENDPOINT is no address. Write it like https://s3.example.com. The server was not started.');
  const prefix = env['BACKLOT_S3_PREFIX'] ?? '';
  if (!/^[A-Za-z0-9/_.-]{0,200}$/.test(prefix))
    throw new Error('BACKLOT_S3_PREFIX is letters, digits and /_.- only. The server was not started.');
  return { s3: { bucket, endpoint, region: env['BACKLOT_S3_REGION'] || 'us-east-1', accessKeyId, secretAccessKey, prefix }, folder };
}
