import os
from pathlib import Path

import pytest

from gridops.private.app_copy import copy_app
from gridops.private.envfile import EnvFile
from gridops.private.home import AlreadyRunning, Home
from gridops.private.installation import Installation, Unreachable
from gridops.private.secrets import ensure_secrets

CLOSED = 0o600


def test_one_supervisor_per_home_and_two_homes_side_by_side(place):
    first, second = Home(place / "first"), Home(place / "second")
    assert not first.is_running()
    with first.locked(), second.locked():
        assert first.is_running()
        with pytest.raises(AlreadyRunning, match="already running in .*/first"), first.locked():
            pass
    assert not first.is_running()


def test_root_and_others_have_different_default_homes(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Home.from_env({"HOME": "/home/wang"}).folder == Path("/home/wang/.local/share/gridops")
    assert Home.from_env({"HOME": "/home/wang", "XDG_DATA_HOME": "/srv/wang"}).folder == Path("/srv/wang/gridops")
    assert Home.from_env({"GRIDOPS_HOME": "/srv/g"}).folder == Path("/srv/g")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert Home.from_env({"HOME": "/root"}).folder == Path("/var/lib/gridops")


def test_a_long_home_still_has_a_short_socket_folder_of_its_own():
    homes = [Home(Path("/srv") / ("x" * 200) / name) for name in ("a", "b")]
    assert all(len(str(home.sockets)) < 80 for home in homes)
    assert homes[0].sockets != homes[1].sockets


def test_a_socket_folder_that_somebody_else_made_is_refused(place, account):
    home = Home(place)
    home.sockets.mkdir()
    os.chown(home.sockets, 65534, 65534) if os.geteuid() == 0 else pytest.skip("only root can give a folder away")
    with pytest.raises(PermissionError, match="does not belong to"):
        home.prepare(account)


def test_secrets_are_made_once_and_closed_to_others(place):
    file = EnvFile(place / "secrets.env")
    first = ensure_secrets(file)
    assert ensure_secrets(file) == first
    assert file.path.stat().st_mode & 0o777 == CLOSED
    assert set(first) == {"GRIDOPS_SECRET_KEY", "GRIDOPS_VAULT_KEYS"}
    assert ensure_secrets(EnvFile(place / "other.env")) != first


def test_what_an_operator_added_to_the_secrets_stays(place):
    file = EnvFile(place / "secrets.env")
    file.write({"GRIDOPS_SECRET_KEY": "my own secret key with many characters", "EXTRA": "a=b"})
    assert ensure_secrets(file)["GRIDOPS_SECRET_KEY"] == "my own secret key with many characters"
    assert file.read()["EXTRA"] == "a=b"


def test_web_and_workers_never_learn_how_to_become_the_owner(place, account):
    here = Installation(Home(place), account, {})
    assert "gridops_owner" in here.settings()["DATABASE_OWNER_URL"]
    assert not any("gridops_owner" in value for value in here.app_settings().values())


def test_given_urls_replace_the_private_servers(place, account):
    urls = {"DATABASE_URL": "postgresql://u@db/g", "REDIS_URL": "redis://queue/0"}
    here = Installation(Home(place), account, urls)
    assert (here.cluster, here.redis) == (None, None)
    assert urls.items() <= here.settings().items()


def test_a_home_that_the_service_user_cannot_enter_is_named(place, account):
    if os.geteuid() != 0:
        pytest.skip("only root runs services as another user")
    (place / "closed" / "home").mkdir(parents=True)
    (place / "closed").chmod(0o700)
    with pytest.raises(Unreachable, match="gridops cannot enter .*/closed"):
        Installation(Home(place / "closed" / "home"), account, {}).check_reachable()


def test_the_copy_of_the_code_follows_the_checkout(place):
    source, target = place / "checkout", place / "app"
    (source / "gridops").mkdir(parents=True)
    (source / "gridops" / "old.py").write_text("OLD = 1\n")
    copy_app(target, source)
    (source / "gridops" / "old.py").rename(source / "gridops" / "new.py")
    copy_app(target, source)
    assert [path.name for path in (target / "gridops").glob("*.py")] == ["new.py"]
    assert (target / "gridops" / "new.py").stat().st_mode & 0o777 == 0o644
