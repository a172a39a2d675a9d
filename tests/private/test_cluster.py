import signal
import subprocess

import psycopg
import pytest

from gridops.private.account import as_account
from gridops.private.cluster import APP, OWNER, Cluster
from tests.private.places import insert, kept, running


@pytest.fixture
def cluster(place, account):
    cluster = Cluster(place / "postgres", account.folder(place / "run"), account)
    cluster.create()
    return cluster


@pytest.fixture
def program(cluster, place):
    return cluster.program(place / "postgres.log")


def test_rows_survive_stop_and_start(cluster, program):
    with running(program):
        insert(cluster, 1)
    with running(program):
        insert(cluster, 2)
        assert kept(cluster) == [1, 2]


def test_making_it_again_keeps_what_is_there(cluster, program):
    with running(program):
        insert(cluster, 1)
        cluster.provision("gridops")
    cluster.create()
    with running(program):
        cluster.provision("gridops")
        assert kept(cluster) == [1]


def test_an_interrupted_initdb_is_not_taken_for_a_cluster(place, account):
    account.folder(place / "postgres.making")
    (place / "postgres.making" / "PG_VERSION").write_text("15\n")
    cluster = Cluster(place / "postgres", account.folder(place / "run"), account)
    cluster.create()
    with running(cluster.program(place / "log")):
        assert cluster.answers()


def test_after_kill_9_with_a_connection_open_it_comes_back_with_every_committed_row(cluster, program):
    with running(program) as process:
        insert(cluster, 1)
        with psycopg.connect(cluster.url("postgres", OWNER)):
            process.send_signal(signal.SIGKILL)
            process.wait()
            with running(program):
                assert kept(cluster) == [1]


def test_a_stale_pid_that_now_belongs_to_another_program_does_not_stop_it(cluster, program, account):
    sleeper = subprocess.Popen(as_account(["sleep", "60"], account))
    try:
        pid_file = cluster.folder / "postmaster.pid"
        pid_file.write_text(f"{sleeper.pid}\n{cluster.folder}\n0\n5432\n{cluster.sockets}\n\n")
        with running(program):
            assert cluster.answers()
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_it_listens_on_no_network_port_and_waits_for_the_disk(cluster, program):
    with running(program), cluster.connect("postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700


def test_the_log_holds_nothing_of_a_refused_row(cluster, program, place):
    with running(program):
        cluster.provision("gridops")
        with cluster.connect("gridops") as connection:
            connection.execute("CREATE TABLE said (words text CHECK (words <> words), more jsonb)")
            for words, more in (("13812341234", "{}"), ("x", '{"a": "13812341234\\u0000"}')):
                with pytest.raises(psycopg.Error):
                    connection.execute("INSERT INTO said VALUES (%s, %s)", (words, more))
    log = (place / "postgres.log").read_text()
    assert ("ERROR" in log, "13812341234" in log) == (True, False)


def test_the_application_role_cannot_touch_what_it_was_not_granted(cluster, program):
    with running(program):
        cluster.provision("gridops")
        insert(cluster, 1)
        with psycopg.connect(cluster.url("postgres", APP)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM kept")
