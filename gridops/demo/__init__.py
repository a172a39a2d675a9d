"""The demonstration street: invented from end to end, loaded through the same services that a real street uses.

``ground``, ``organisations``, ``people``, ``matters`` say what there is; ``episodes`` what happens to a report; ``history`` moves the
clock; ``load`` puts it together. Nothing here is imported by the rest of gridops.
"""
