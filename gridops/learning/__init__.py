"""Understanding what people say: a leaf of the house on numpy, without database, settings or clock.

``knowledge`` reads what gridops knows from the first day (phrases in ``gridops/package``), ``phrases`` finds them in a text, ``weighing`` makes
scores and honest shares of them. ``categories``, ``scope``, ``urgency`` and ``protection`` answer one question each, always with the words that
decided. ``model`` adds what a street's own closed tickets have taught (``training``, the only user of scikit-learn).
"""
