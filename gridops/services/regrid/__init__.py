"""What follows a street's new grid in the same transaction: places, posts and rights, open tickets.

``takeover`` says which cell of a version takes over from a cell of another · ``places`` · ``posts`` · ``tickets``.
"""
