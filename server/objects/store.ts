/** Where the bytes of files lie that are too large for the database: one interface, whatever is behind it. What is put there is encrypted already. */

/** Named blobs, each written once and whole. Names are made here, never by a client: small letters, digits and hyphens. */
export interface ObjectStore {
  /** What the customer is told: on the server itself, or in a store that the operator rents or runs. */
  readonly kind: 'folder' | 's3';
  /** On stable storage when it resolves; a name that is there already is overwritten. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** null: there is none. */
  get(name: string): Promise<Uint8Array | null>;
  /** One that is not there is fine. */
  remove(name: string): Promise<void>;
  close(): void;
}

const NAME = /^[a-z0-9][a-z0-9-]{3,99}$/;

/** The same name. Throws for one that no store of ours would make, so that no path leads anywhere else. */
export function checkedName(name: string): string {
  if (!NAME.test(name)) throw new Error('This is no name of an object.');
  return name;
}
