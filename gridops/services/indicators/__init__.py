"""Indicators of a street's work (rules: domain/kpi.py): counted from rows, again from the trail alone, kept by day, and turned into scores.

``sources`` says where each numerator and denominator is read, ``counting`` counts them for an area and period, ``listing`` opens the
tickets behind a number, ``snapshots`` keeps the counts of each day, ``from_trail`` finds the same numbers in the trail.
"""
