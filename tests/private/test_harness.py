"""The fixtures keep what conftest promises."""

from sqlalchemy import text


def test_a_commit_in_a_rolled_back_test_is_seen_by_the_next_session_only_inside_the_test(sessions, engine):
    with sessions() as first, first.begin():
        first.execute(text("CREATE TEMPORARY TABLE seen (x int)"))
        first.execute(text("INSERT INTO seen VALUES (1)"))
    with sessions() as second:
        assert second.scalar(text("SELECT count(*) FROM seen")) == 1
    with engine.connect() as elsewhere:
        assert elsewhere.scalar(text("SELECT to_regclass('pg_temp.seen')")) is None


def test_the_application_role_is_not_the_owner(session, fresh):
    assert session.scalar(text("SELECT current_user")) == "gridops_app"
    assert not session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    assert fresh.config.owner_database_url != fresh.config.database_url


def test_fresh_databases_are_apart(make_fresh):
    names = set()
    for fresh in (make_fresh(), make_fresh()):
        with fresh.engine.connect() as connection:
            names.add(connection.scalar(text("SELECT current_database()")))
    assert len(names) == 2


def test_the_database_speaks_utf8_and_has_postgis(session):
    assert session.scalar(text("SHOW server_encoding")) == "UTF8"
    assert session.scalar(text("SELECT similarity('徐家汇街道', '徐家汇路')")) > 0
    assert session.scalar(text("SELECT ST_AsText(ST_Point(121.43, 31.19))")) == "POINT(121.43 31.19)"


def test_redis_is_empty_and_on_a_socket(redis_url, servers, redis_number):
    assert redis_url.startswith("unix:///tmp/gridops-test-")
    assert servers.redis.command(f"SELECT {redis_number}", "DBSIZE") == b":0"


def test_now_is_an_ordinary_working_morning(now):
    assert now.isoformat() == "2026-03-04T02:00:00+00:00"
