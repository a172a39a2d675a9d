"""What keeps coming up: hot issues, surges and repeat sites of an area, who is told of them, and how one becomes a public issue.

``finding`` is the door: it puts together ``hot`` (many people, one matter, few days), ``surges`` (more than is usual in a cell) and
``repeats`` (closed, and back again), each made of ``voices``.
"""
