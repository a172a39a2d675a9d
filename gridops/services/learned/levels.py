"""The shares at which words may file a report: the usual one, and what a street may choose instead. Apart, so that nothing heavy comes with them."""

SURE = 0.95  # the share from which the words decide: of 320 labelled messages one in six lies above it, and none of them was wrong
LOWEST, HIGHEST = 0.5, 1.0  # below a half another category may be as likely
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # at which the measure says how often the words were right
