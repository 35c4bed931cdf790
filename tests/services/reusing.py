"""Databases on PostgreSQL that are put back after a test: to throw away and copy takes ten times as long."""

import secrets
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection
from sqlalchemy import make_url

from tests.services.engine import SHARED
from tests.services.postgres import Postgres

# What a database holds when it is made lies beside it, in a schema of its own that is copied along.
KEEP = """
DO $$
DECLARE one name;
BEGIN
  CREATE SCHEMA kept;
  FOR one IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', 'kept ' || one, one);
  END LOOP;
  CREATE TABLE kept."the numbers" AS SELECT sequencename, start_value, last_value FROM pg_sequences;
  CREATE VIEW kept."the shape" AS
    SELECT (SELECT array_agg((relname, attname, attnum, attnotnull, atttypid) ORDER BY relname, attnum)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i'))::text AS tables,
           (SELECT array_agg((conname, conrelid, conkey, confkey) ORDER BY conname, conrelid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace)::text AS promises,
           (SELECT array_agg((tgname, tgenabled) ORDER BY tgname) FROM pg_trigger
            WHERE NOT tgisinternal)::text AS guards;
  CREATE TABLE kept."the first shape" AS TABLE kept."the shape";
END $$
"""
# As a replica no guard keeps rows from going, and none asks for what they refer to.
PUT_BACK = """
DO $$
DECLARE one name; is_filled bool;
BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '5s';
  IF NOT EXISTS (TABLE kept."the shape" INTERSECT TABLE kept."the first shape") THEN
    RAISE 'a test has changed its tables';
  END IF;
  FOR one IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT EXISTS (TABLE public.%I)', one) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('DELETE FROM public.%I', one);
    END IF;
    EXECUTE format('SELECT EXISTS (TABLE kept.%I)', 'kept ' || one) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('INSERT INTO public.%I TABLE kept.%I', one, 'kept ' || one);
    END IF;
  END LOOP;
  PERFORM setval(quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL)
    FROM kept."the numbers";
END $$
"""
ALONE = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (application_name, state) IS DISTINCT FROM ('{SHARED}', 'idle')
"""


@dataclass
class Reused:
    """Copies of frozen databases, each for one test at a time."""

    server: Postgres
    free: dict[str, list[str]] = field(default_factory=dict)  # by the template
    origins: dict[str, str] = field(default_factory=dict)  # of each copy: its template
    lines: dict[str, Connection] = field(
        default_factory=dict
    )  # to each copy that was put back: a new one knows nothing

    def keep(self, database: str) -> None:
        """Let `database` remember what it holds, before it is frozen."""
        with self._connect(database) as line:
            line.execute(KEEP)

    def take(self, template: str) -> str:
        """Return the address of a database that is as `template` was frozen."""
        waiting = self.free.setdefault(template, [])
        database = waiting.pop() if waiting else f"test_{secrets.token_hex(6)}"
        if database not in self.origins:
            self.server.clone(template, database)
            self.origins[database] = template
        return self.server.url(database).render_as_string(hide_password=False)

    def give_back(self, url: str) -> None:
        """Put a database back as it was, or throw it away when that is not possible."""
        database = make_url(url).database or ""
        line = self.lines.get(database) or self._connect(database)
        try:
            line.execute(ALONE)
            line.execute(PUT_BACK)
        except psycopg.Error:  # its tables are others now, or the server was started anew
            self.lines.pop(database, None)
            line.close()
            self.server.drop(database)
        else:
            self.lines[database] = line
            self.free[self.origins[database]].append(database)

    def hang_up(self) -> None:
        """Close what is open, at the end of all tests."""
        for line in self.lines.values():
            line.close()

    def _connect(self, database: str) -> Connection:
        url = self.server.url(database).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True)
