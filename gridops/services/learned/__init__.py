"""What closed tickets teach: examples out of them, training and its measure, the version in use, and how often clerks overrule it."""
