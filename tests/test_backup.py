"""A backup gives everything back, row by row, or refuses before it touches anything."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, select, text

from config import Config
from gridops import schema
from gridops.cli.backup import _programs
from gridops.db import make_engine, make_sessions, reading, transaction
from gridops.demo.load import load
from gridops.models import Contact, Street, Ticket, Trail
from gridops.services import backup, contacts, trail
from gridops.services.backup import BackupError
from gridops.services.backup.archive import DUMP, MANIFEST
from gridops.vault import Vault
from tests.servers import ROOT, Servers

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def vault_of(config: Config) -> Vault:
    return Vault(config.vault_keys, config.secret_key)


@pytest.fixture(scope="module")
def source(servers: Servers, redis_number: int) -> Iterator[Config]:
    """A database with something in nearly every table."""
    name = f"backed_up_{redis_number}"
    servers.clone(name)
    config = servers.config(name, redis_number)
    engine = make_engine(config.database_url)
    load(make_sessions(engine), now=NOW, vault=vault_of(config), keep=lambda _entries: None, ordinary=4)
    engine.dispose()
    yield config
    servers.drop(name)


@pytest.fixture(scope="module")
def archive(source: Config, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "gridops.backup"
    back_up(source, file)
    return file


@pytest.fixture
def empty(servers: Servers, redis_number: int) -> Iterator[Callable[[], Config]]:
    """A database without anything, as createdb makes it."""
    name = f"restored_{redis_number}"
    with servers.cluster.connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield servers.config(name, redis_number)
    servers.drop(name)


def back_up(config: Config, file: Path) -> backup.Manifest:
    return backup.back_up(config.owner_database_url, file, vault=vault_of(config), now=NOW, programs=_programs())


def restore(config: Config, file: Path, *, replace: bool = False) -> backup.Manifest:
    return backup.restore(
        config.owner_database_url, file, vault=vault_of(config), key_ids=set(config.vault_keys), programs=_programs(), replace=replace)


def rows(config: Config) -> dict[str, list[str]]:
    """Every row of every table as text."""
    with psycopg.connect(config.owner_database_url.replace("+psycopg", ""), options="-c timezone=UTC") as connection:
        names = [row[0] for row in connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND table_name <> 'spatial_ref_sys'")]
        return {name: sorted(row[0] for row in connection.execute(f'SELECT t::text FROM "{name}" AS t')) for name in names}


def rights(config: Config) -> list[tuple]:
    with psycopg.connect(config.owner_database_url.replace("+psycopg", "")) as connection:
        return sorted(connection.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'gridops_app' AND table_name NOT IN ('geography_columns', 'geometry_columns', 'spatial_ref_sys')"))


def altered(archive: Path, target: Path, change: Callable[[dict], None]) -> Path:
    """The archive with another manifest, and every checksum in order."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read(MANIFEST))
        change(manifest)
        new.writestr(MANIFEST, json.dumps(manifest))
        new.writestr(DUMP, old.read(DUMP))
    return target


class TestWholeWay:
    @pytest.fixture
    def restored(self, archive, empty) -> Config:
        restore(empty, archive)
        return empty

    def test_every_row_of_every_table_comes_back(self, source, restored):
        before, after = rows(source), rows(restored)
        assert before.keys() == after.keys()
        for table in before:
            assert before[table] == after[table], table
        assert sum(map(bool, before.values())) > 35

    def test_chains_contacts_guards_rights_and_numbers_hold(self, source, restored):
        sessions = make_sessions(make_engine(restored.database_url))
        with transaction(sessions) as session:
            assert all(trail.verify(session, ticket) == [] for ticket in session.scalars(select(Ticket)))
            phones = [contacts.masked(vault_of(restored), contact)["phone"] for contact in session.scalars(select(Contact))]
            assert phones and all(phone.startswith("138****") for phone in phones)
            newest = max(int(number.partition("-")[2]) for number in session.scalars(select(Ticket.number)))
            assert session.scalar(text("SELECT nextval('ticket_number')")) > newest
        for statement in ("UPDATE trail SET action = 'x'", "TRUNCATE trail"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                with psycopg.connect(restored.owner_database_url.replace("+psycopg", "")) as connection:
                    connection.execute(statement)
        assert rights(restored) == rights(source)
        sessions.kw["bind"].dispose()

    def test_the_schema_is_at_the_newest_revision(self, restored):
        engine = create_engine(restored.owner_database_url)
        assert schema.present(engine) == schema.newest()
        engine.dispose()

    def test_a_backup_of_the_restored_says_the_same(self, archive, restored, tmp_path):
        again = back_up(restored, tmp_path / "again")
        with zipfile.ZipFile(archive) as first:
            assert {name: vars(table) for name, table in again.tables.items()} == json.loads(first.read(MANIFEST))["tables"]

    def test_an_older_database_is_brought_to_the_present(self, servers, empty, archive, tmp_path):
        """Backed up just before its migration by the newer gridops."""
        from alembic import command

        engine = create_engine(empty.owner_database_url)
        with engine.connect() as connection:
            connection.execute(text("CREATE EXTENSION postgis"))
            connection.commit()
            command.upgrade(schema._alembic(connection), "0010")
            connection.execute(text("INSERT INTO street (code, name) VALUES ('310104009', '旧街道')"))
            connection.commit()
        back_up(empty, tmp_path / "old")
        restore(empty, tmp_path / "old", replace=True)
        assert schema.present(engine) == schema.newest()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT name FROM street")) == "旧街道"
        engine.dispose()


class TestTheFile:
    def test_only_its_owner_reads_it(self, archive):
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    def test_names_the_keys_and_holds_none(self, source, archive):
        with zipfile.ZipFile(archive) as opened:
            manifest, dump = opened.read(MANIFEST), opened.read(DUMP)
        assert json.loads(manifest)["key_ids"] == ["t1"]
        for secret in (*source.vault_keys.values(), source.secret_key):
            assert secret not in manifest + dump and secret.hex().encode() not in manifest + dump

    def test_an_existing_file_stays(self, source, archive):
        before = archive.read_bytes()
        with pytest.raises(BackupError, match="file_exists"):
            back_up(source, archive)
        assert archive.read_bytes() == before

    def test_nothing_is_left_of_a_failed_one(self, source, tmp_path):
        broken = replace(_programs(), find=lambda _name, _major: "/bin/false")
        with pytest.raises(BackupError, match="pg_dump failed"):
            backup.back_up(source.owner_database_url, tmp_path / "x", vault=vault_of(source), now=NOW, programs=broken)
        assert list(tmp_path.iterdir()) == []


class TestRefusals:
    """Each leaves the database as it was."""

    @pytest.fixture
    def busy(self, fresh) -> Iterator[Config]:
        with transaction(fresh.sessions) as session:
            session.add(Street(code="310104002", name="别的街道"))
        before = rows(fresh.config)
        yield fresh.config
        assert rows(fresh.config) == before

    def test_a_database_in_use(self, busy, archive):
        with pytest.raises(BackupError, match="database_not_empty"):
            restore(busy, archive)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"vault_keys": {"k9": bytes(32)}}, "t1"),
            ({"vault_keys": {"t1": bytes(32)}}, "another key"),
            ({"secret_key": b"another secret of thirty-two bytes"}, "GRIDOPS_SECRET_KEY"),
        ],
    )
    def test_the_wrong_secrets(self, busy, archive, changes, why):
        with pytest.raises(BackupError, match=why) as refused:
            restore(replace(busy, **changes), archive, replace=True)
        assert refused.value.code == "keys_missing"

    @pytest.mark.parametrize("size", [0, 100, -5000])
    def test_a_cut_file(self, busy, archive, tmp_path, size):
        (tmp_path / "cut").write_bytes(archive.read_bytes()[:size])
        with pytest.raises(BackupError, match="archive_broken"):
            restore(busy, tmp_path / "cut", replace=True)

    def test_a_changed_file(self, busy, archive, tmp_path):
        content = bytearray(archive.read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / "changed").write_bytes(content)
        with pytest.raises(BackupError, match="archive_broken"):
            restore(busy, tmp_path / "changed", replace=True)

    def test_a_newer_revision(self, busy, archive, tmp_path):
        newer = altered(archive, tmp_path / "newer", lambda manifest: manifest.update(revision="9999"))
        with pytest.raises(BackupError, match="archive_unknown"):
            restore(busy, newer, replace=True)

    def test_a_table_that_comes_out_different(self, busy, archive, tmp_path):
        """Found after everything has been written, and undone."""
        fewer = altered(archive, tmp_path / "fewer", lambda manifest: manifest["tables"]["trail"].update(rows=1))
        with pytest.raises(BackupError, match="table trail is not as it was backed up"):
            restore(busy, fewer, replace=True)

    def test_a_dump_that_breaks_off(self, busy, archive, tmp_path):
        target = tmp_path / "half"
        with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
            new.writestr(MANIFEST, old.read(MANIFEST))
            new.writestr(DUMP, old.read(DUMP)[:-30_000])
        with pytest.raises(BackupError, match="restore_failed"):
            restore(busy, target, replace=True)

    def test_somebody_elses_database(self, empty, archive):
        with psycopg.connect(empty.owner_database_url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE recipes (name text)")
        with pytest.raises(BackupError, match="foreign_database"):
            restore(empty, archive, replace=True)
        assert rows(empty) == {"recipes": []}


class TestCommandLine:
    @pytest.fixture
    def gridops(self, servers) -> Callable[..., subprocess.CompletedProcess]:
        def run(config: Config, *words: str) -> subprocess.CompletedProcess:
            env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | servers.environment(config)
            command = [sys.executable, "-W", "error", "-m", "gridops", *words]
            return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)

        return run

    def test_there_and_back_over_a_database_in_use(self, source, fresh, gridops, tmp_path):
        with transaction(fresh.sessions) as session:
            session.add(Street(code="310104002", name="别的街道"))
        file = str(tmp_path / "all")
        made = gridops(source, "backup", file)
        assert made.returncode == 0, made.stderr
        assert "GRIDOPS_VAULT_KEYS with: t1" in made.stdout
        refused = gridops(fresh.config, "restore", file)
        assert refused.returncode == 1 and "database_not_empty" in refused.stderr
        done = gridops(fresh.config, "restore", file, "--replace")
        assert done.returncode == 0, done.stderr
        assert "Restart gridops now" in done.stdout
        with reading(make_sessions(fresh.engine)) as session:
            assert session.scalars(select(Street.code)).all() == ["310104001"]
            assert session.scalar(select(Trail.id).limit(1)) is not None


def test_a_password_does_not_stand_on_the_command_line():
    found = _programs().surroundings("postgresql+psycopg://owner:s3cret@db.example/gridops?sslmode=require")
    assert (found["PGPASSWORD"], found["PGSSLMODE"], found["PGUSER"]) == ("s3cret", "require", "owner")
