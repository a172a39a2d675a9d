"""What an import takes, given back: ``collect`` makes the records of a kind, ``writers`` the file.

Import, export and import again is the identity: coordinates are WGS-84 and exact, texts that a spreadsheet would run are guarded
and unguarded again.
"""
