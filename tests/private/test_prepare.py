"""bin/prepare for somebody who may not install packages. Installing them for real is proven by hand on a bare Debian."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gridops.posters import fonts
from tests.servers import ROOT

NOBODY = 65534
TOOLS = ("sh", "id", "dirname", "apt-cache", "sed", "sort", "tail")


@pytest.fixture
def checkout(place):
    """A copy that anybody can read, and a PATH on which Redis and Chromium are missing."""
    (place / "bin").mkdir()
    (place / "tools").mkdir()
    shutil.copy(ROOT / "bin" / "prepare", place / "bin")
    for name in TOOLS:
        (place / "tools" / name).symlink_to(shutil.which(name))
    return place


def prepare(checkout, *arguments):
    as_other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    env = {"PATH": str(checkout / "tools"), "GRIDOPS_HOME": str(checkout / "home")}
    return subprocess.run(["bin/prepare", *arguments], cwd=checkout, env=env, capture_output=True, text=True, timeout=60, **as_other)


def test_without_root_the_one_apt_line_is_said(checkout):
    done = prepare(checkout)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "sudo apt-get install --no-install-recommends" in done.stderr
    assert done.stderr.split().count("redis-server") == 1
    assert not (checkout / "home").exists()


def test_only_the_tests_need_a_browser(checkout):
    assert "chromium" not in prepare(checkout).stderr
    assert "chromium" in prepare(checkout, "--test").stderr


def test_a_run_needs_the_font_of_its_posters_where_it_is_missing(checkout):
    there = (Path(fonts.FOLDERS[0]) / fonts.NAMES[False]).is_file()
    assert (fonts.PACKAGE in prepare(checkout).stderr.split()) is not there
