"""Whistles (吹哨报到) and on-site meetings (现场办公会): calling, answers, arrivals, results, and the measures they decide."""
