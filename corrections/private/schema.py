"""The tables of `private.db`, by migrations: what stands here cannot be made again."""

from sqlite_utils import Database, Migrations

migrations = Migrations("private")


@migrations()
def first(database: Database) -> None:
    database.table("settings").create({"key": str, "value": str}, pk="key")
    database.table("accounts").create(
        {"id": int, "name": str, "role": str, "password": str, "created_at": str}, pk="id", not_null={"name", "role"}
    )
    database.table("accounts").create_index(["name"], unique=True)
    database.table("tokens").create(
        {"id": int, "name": str, "role": str, "hash": str, "created_at": str}, pk="id", not_null={"name", "role"}
    )
    database.table("tokens").create_index(["hash"], unique=True)
    database.table("contacts").create(
        {"correction": str, "name": str, "email": str, "credit": int, "created_at": str}, pk="correction"
    )
    database.table("receipts").create(
        {"key": str, "correction": str, "request": str, "created_at": str}, pk="key", not_null={"correction"}
    )


@migrations()
def mail_and_proofs(database: Database) -> None:
    database.table("contacts").add_column("language", str)
    database.execute("CREATE INDEX contacts_by_email ON contacts (lower(email))")
    database.table("proofs").create({"challenge": str, "expires": float}, pk="challenge")
    database.table("cursors").create({"subscriber": str, "event": str}, pk="subscriber")
    database.table("no_mail").create({"address": str, "at": str}, pk="address")
    database.table("outbox").create(
        {
            "id": int,
            "event": str,
            "correction": str,
            "kind": str,
            "state": str,
            "due": float,
            "attempts": int,
            "error": str,
            "at": str,
        },
        pk="id",
        not_null={"event", "correction", "kind", "state", "due", "attempts"},
    )
    database.table("outbox").create_index(["event", "correction"], unique=True)
    database.table("outbox").create_index(["state", "due"])
    database.table("outbox").create_index(["correction"])


@migrations()
def staff_mail(database: Database) -> None:
    database.table("accounts").add_column("email", str)
    database.execute("DROP INDEX idx_outbox_event_correction")
    database.table("outbox").create_index(["event", "correction", "kind"], unique=True)


@migrations()
def signing_in(database: Database) -> None:
    for column in ("totp", "subject"):
        database.table("accounts").add_column(column, str)
    database.table("accounts").add_column("totp_step", int)
    database.table("sessions").create(
        {"id": str, "account": int, "agent": str, "created_at": str, "seen_at": str}, pk="id", not_null={"account"}
    )
    database.table("sessions").create_index(["account"])
    database.table("invitations").create(
        {"id": str, "name": str, "role": str, "email": str, "by": str, "expires": float}, pk="id"
    )
    database.table("passkeys").create(
        {"id": str, "account": int, "key": bytes, "count": int, "label": str, "created_at": str}, pk="id"
    )
    database.table("passkeys").create_index(["account"])
    database.table("journal").create({"id": int, "at": str, "who": str, "what": str}, pk="id")


@migrations()
def account_security(database: Database) -> None:
    database.table("accounts").add_column("issuer", str)
    database.table("tokens").add_column("read_only", int)
    for column in ("made_by", "used_at", "expires_at"):
        database.table("tokens").add_column(column, str)


@migrations()
def receipts_without_contact(database: Database) -> None:
    database.table("receipts").add_column("words", str)


@migrations()
def connections(database: Database) -> None:
    database.table("connections").create(
        {
            "name": str,
            "kind": str,
            "options": str,
            "secret": bytes,
            "state": str,
            "seconds": int,
            "created_at": str,
            "last_run": str,
            "last_error": str,
        },
        pk="name",
        not_null={"kind", "options", "secret", "state", "seconds", "created_at"},
    )
    database.table("deliveries").create(
        {
            "id": int,
            "connection": str,
            "event": str,
            "type": str,
            "state": str,
            "due": float,
            "attempts": int,
            "status": int,
            "error": str,
            "at": str,
        },
        pk="id",
        not_null={"connection", "event", "type", "state", "due", "attempts", "at"},
    )
    database.table("deliveries").create_index(["connection", "event"], unique=True)
    database.table("deliveries").create_index(["connection", "state"])
    database.table("connected_articles").create(
        {"connection": str, "path": str, "article": str, "blob": str},
        pk=("connection", "path"),
        not_null={"article", "blob"},
    )


@migrations()
def several_publications(database: Database) -> None:
    database.table("memberships").create(
        {"account": int, "publication": str, "key": str}, pk=("account", "publication"), not_null={"key"}
    )
    database.table("members").create(
        {"account": int, "home": str, "home_account": int, "key": str}, pk="account", not_null={"home", "home_account"}
    )
    database.table("members").create_index(["home", "home_account"])
    database.table("resolved_remarks").create({"event": str, "by": str, "at": str}, pk="event")


@migrations()
def connection_hooks(database: Database) -> None:
    database.table("connections").add_column("hook_secret", bytes)
    database.table("connections").add_column("requests", int, not_null_default=0)


@migrations()
def connection_problems(database: Database) -> None:
    database.table("connected_articles").add_column("problem", str, not_null_default="")


@migrations()
def failed_submissions(database: Database) -> None:
    database.table("failed_submissions").create({"correction": str, "at": str}, pk="correction", not_null={"at"})


KNOWN_MIGRATIONS = frozenset(migration.name for migration in migrations.pending(Database(memory=True)))
