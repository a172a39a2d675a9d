"""Codes of areas nest by prefix: the community's code begins with its street's, the cell's with its community's."""

STREET_DIGITS, COMMUNITY_DIGITS, CELL_DIGITS = 9, 12, 15
