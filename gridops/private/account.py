"""The system user that owns everything that runs, and how a process is started as that user."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "gridops"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def folder(self, path: Path) -> Path:
        """Make ``path`` if it is missing: owned by this account, closed to everybody else. PermissionError when it is a stranger's."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (self.uid, os.geteuid()):
            raise PermissionError(f"{path} does not belong to {self.name}")
        path.chmod(0o700)
        os.chown(path, self.uid, self.gid)
        return path


def service_account() -> Account:
    """The user itself, or for root the system user ``gridops``, made when missing: PostgreSQL refuses to run as root and so do we."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    try:
        return _account(pwd.getpwnam(SERVICE_USER))
    except KeyError:
        _add_service_user()
        return _account(pwd.getpwnam(SERVICE_USER))


def as_account(command: Sequence[str], account: Account, *, on_parent_death: str = "TERM") -> list[str]:
    """``command`` run as ``account``; the kernel signals it when its parent dies, so a killed supervisor leaves no orphans."""
    prefix = ["setpriv", "--pdeathsig", on_parent_death]
    if os.geteuid() != account.uid:
        prefix += ["--reuid", str(account.uid), "--regid", str(account.gid), "--clear-groups", "--no-new-privs"]
    return [*prefix, "--", *command]


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _add_service_user() -> None:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    subprocess.run(["/usr/sbin/useradd", *options, SERVICE_USER], check=True)
