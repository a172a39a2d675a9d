"""Everything in one file, and back again.

A backup is a ZIP of ``manifest.json`` and PostgreSQL's own custom dump, both of one snapshot. The manifest says what restore needs to
know beforehand (schema revision, ids of the vault keys) and what must be true afterwards (rows and digest of every table). The vault
keys themselves are never in it: whoever finds the file reads no name and no phone number.
"""

from gridops.services.backup.archive import BackupError, Manifest, Table
from gridops.services.backup.back import restore
from gridops.services.backup.forth import back_up

__all__ = ["BackupError", "Manifest", "Table", "back_up", "restore"]
