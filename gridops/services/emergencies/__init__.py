"""Emergencies: whom to call and in which order, who answered, one log for all who act, and the review afterwards."""
