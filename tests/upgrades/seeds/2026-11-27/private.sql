BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'private','first','2026-11-27 00:57:03.012543+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'private','mail_and_proofs','2026-11-27 00:57:03.022383+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'private','staff_mail','2026-11-27 00:57:03.035177+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'private','signing_in','2026-11-27 00:57:03.047269+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'private','account_security','2026-11-27 00:57:03.054823+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'private','receipts_without_contact','2026-11-27 00:57:03.070091+00:00');
CREATE TABLE "accounts" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT NOT NULL,
   "role" TEXT NOT NULL,
   "password" TEXT,
   "created_at" TEXT
, "email" TEXT, "totp" TEXT, "subject" TEXT, "totp_step" INTEGER, "issuer" TEXT);
INSERT INTO "accounts" VALUES(1,'Mira','editor','$argon2id$v=19$m=65536,t=3,p=4$XwPVE5H80o3nFNpagJruyg$ibHvvYkoFdW5TsGXB5ES+4BpC0iNWda5qVfcjpb/t3o','2026-11-27T00:57:05+00:00','',NULL,NULL,NULL,NULL);
CREATE TABLE "contacts" (
   "correction" TEXT PRIMARY KEY,
   "name" TEXT,
   "email" TEXT,
   "credit" INTEGER,
   "created_at" TEXT
, "language" TEXT);
INSERT INTO "contacts" VALUES('01a21a817caeeed7c4e027b2486d23ab','Ada','ada@example.org',1,'2026-11-27T00:57:03+00:00','de');
INSERT INTO "contacts" VALUES('01a21a81815af0a4a74fef8b62cfa673','Eve','eve@example.org',0,'2026-11-27T00:57:04+00:00','');
CREATE TABLE "cursors" (
   "subscriber" TEXT PRIMARY KEY,
   "event" TEXT
);
CREATE TABLE "invitations" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT,
   "role" TEXT,
   "email" TEXT,
   "by" TEXT,
   "expires" REAL
);
CREATE TABLE "journal" (
   "id" INTEGER PRIMARY KEY,
   "at" TEXT,
   "who" TEXT,
   "what" TEXT
);
CREATE TABLE "no_mail" (
   "address" TEXT PRIMARY KEY,
   "at" TEXT
);
CREATE TABLE "outbox" (
   "id" INTEGER PRIMARY KEY,
   "event" TEXT NOT NULL,
   "correction" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "state" TEXT NOT NULL,
   "due" REAL NOT NULL,
   "attempts" INTEGER NOT NULL,
   "error" TEXT,
   "at" TEXT
);
CREATE TABLE "passkeys" (
   "id" TEXT PRIMARY KEY,
   "account" INTEGER,
   "key" BLOB,
   "count" INTEGER,
   "label" TEXT,
   "created_at" TEXT
);
CREATE TABLE "proofs" (
   "challenge" TEXT PRIMARY KEY,
   "expires" REAL
);
CREATE TABLE "receipts" (
   "key" TEXT PRIMARY KEY,
   "correction" TEXT NOT NULL,
   "request" TEXT,
   "created_at" TEXT
, "words" TEXT);
INSERT INTO "receipts" VALUES('9e24b55356ef2a121ab5fd1a3ee8a3c9191e837f3853e399a369e9044ff183f7','01a21a817caeeed7c4e027b2486d23ab','2:7ff5585618a579322bba566c00a518adacde43c07e26e57bb9bad1dcaa73e8cd','2026-11-27T00:57:03+00:00','2:99cd995b55955ea922fab6535bedf2057a2e5e11274e2fcd1e17cc7da2d6f2fe');
CREATE TABLE "sessions" (
   "id" TEXT PRIMARY KEY,
   "account" INTEGER NOT NULL,
   "agent" TEXT,
   "created_at" TEXT,
   "seen_at" TEXT
);
CREATE TABLE "settings" (
   "key" TEXT PRIMARY KEY,
   "value" TEXT
);
INSERT INTO "settings" VALUES('secret','6a033eeb5d22c11092d385915bde3bda58c1e10bbdd752d6ac8cb8d71885750d');
INSERT INTO "settings" VALUES('title','The Daily');
INSERT INTO "settings" VALUES('url','https://example.org');
CREATE TABLE "tokens" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT NOT NULL,
   "role" TEXT NOT NULL,
   "hash" TEXT,
   "created_at" TEXT
, "read_only" INTEGER, "made_by" TEXT, "used_at" TEXT, "expires_at" TEXT);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_accounts_name"
    ON "accounts" ("name");
CREATE UNIQUE INDEX "idx_tokens_hash"
    ON "tokens" ("hash");
CREATE INDEX contacts_by_email ON contacts (lower(email));
CREATE INDEX "idx_outbox_state_due"
    ON "outbox" ("state", "due");
CREATE INDEX "idx_outbox_correction"
    ON "outbox" ("correction");
CREATE UNIQUE INDEX "idx_outbox_event_correction_kind"
    ON "outbox" ("event", "correction", "kind");
CREATE INDEX "idx_sessions_account"
    ON "sessions" ("account");
CREATE INDEX "idx_passkeys_account"
    ON "passkeys" ("account");
COMMIT;
