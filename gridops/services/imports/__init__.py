"""Files of records, row by row, all or nothing.

``readers`` turns a file into a Table; one module per kind holds the rules: ``import_x(session, table, *, now, …) -> ImportReport``.
A rule never stops at the first fault: each bad row is named, and when there is one nothing is written. A column that a file does
not have leaves what is stored alone; an empty cell clears it. The same file again changes nothing.
"""
