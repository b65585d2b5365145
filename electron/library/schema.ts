/** library.db: what the studio knows about photos, finished pictures, backgrounds, logos and reports. Migrations only add. */
import type { Migrations } from '../storage/sqlite.ts';

/** One step for each version of library.db. */
export const libraryMigrations: Migrations = [
  `
  CREATE TABLE collection (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The imported folder, or 'loose:<date>' for files imported one by one on that day.
    source TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE photo (
    id TEXT PRIMARY KEY,
    collection_id TEXT NOT NULL REFERENCES collection (id),
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    format TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    -- fine, unreadable, missing, failed
    condition TEXT NOT NULL DEFAULT 'fine',
    problem TEXT,
    revision INTEGER NOT NULL DEFAULT 1,
    current_version_id TEXT,
    recipe TEXT,
    previewed INTEGER NOT NULL DEFAULT 0,
    -- Taken out of the library; kept so that history can still name it.
    removed_at INTEGER
  ) STRICT;
  CREATE INDEX photo_by_collection ON photo (collection_id) WHERE removed_at IS NULL;

  CREATE TABLE version (
    id TEXT PRIMARY KEY,
    photo_id TEXT NOT NULL REFERENCES photo (id),
    op_id TEXT UNIQUE,
    at INTEGER NOT NULL,
    recipe TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    format TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    path TEXT NOT NULL,
    saved_to TEXT,
    kind TEXT NOT NULL
  ) STRICT;
  CREATE INDEX version_by_photo ON version (photo_id, id);

  CREATE TABLE asset (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    horizon REAL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    -- Old recipes may still name it, so its file stays.
    removed_at INTEGER
  ) STRICT;

  CREATE TABLE report (
    id TEXT PRIMARY KEY,
    photo_id TEXT NOT NULL REFERENCES photo (id),
    version_id TEXT NOT NULL,
    note TEXT NOT NULL,
    area TEXT,
    at INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX report_by_photo ON report (photo_id);
  `,
  `
  -- Of which content of the photo a version was made. One that was made after the file was last written is of what it holds now.
  ALTER TABLE version ADD COLUMN source_sha256 TEXT;
  UPDATE version SET source_sha256 = (SELECT p.sha256 FROM photo p WHERE p.id = version.photo_id AND p.modified_ms <= version.at);
  `,
  `
  -- How far something outside has been compared with this library: lost with it, so that it is then compared from the beginning.
  CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE INDEX version_without_copy ON version (id) WHERE saved_to IS NULL AND kind = 'applied';
  `,
  `
  -- Whose it is; '': not known. It is only ever sent on this account's behalf.
  ALTER TABLE report ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
  -- packing: copies of the pictures are made; declaring: the server is told of them; sent: the outbox has the report
  ALTER TABLE report ADD COLUMN stage TEXT NOT NULL DEFAULT 'sent';
  -- The server's name for it, and what it says about it as JSON; NULL: nothing yet
  ALTER TABLE report ADD COLUMN server_id TEXT;
  ALTER TABLE report ADD COLUMN told TEXT;
  CREATE TABLE report_file (
    -- Of the upload, permanent
    op_id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id),
    role TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    -- The copy that is sent; it is deleted when it has arrived
    path TEXT NOT NULL,
    -- The server's name for it; NULL: it was not told of it yet
    upload_id TEXT,
    received INTEGER NOT NULL DEFAULT 0,
    -- packed, arriving, stored, failed
    state TEXT NOT NULL DEFAULT 'packed',
    -- Why it failed, for people
    problem TEXT
  ) STRICT;
  CREATE INDEX report_file_by_report ON report_file (report_id);
  CREATE INDEX report_file_on_its_way ON report_file (op_id) WHERE state = 'arriving';
  `,
  `
  -- How the corrected picture of a report stands, for people; NULL: none is known of
  ALTER TABLE report ADD COLUMN correction TEXT;
  -- Corrected pictures get a copy as applied ones do.
  CREATE INDEX version_of_any_kind_without_copy ON version (id) WHERE saved_to IS NULL;
  `,
];
