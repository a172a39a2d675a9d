"""gridops' own PostgreSQL and Redis, its secrets, and the supervisor that keeps every process of one installation alive.

Knows nothing of reports or tickets. Nothing here listens on a network port.
"""
