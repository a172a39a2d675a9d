"""Pure geometry: no database, no Flask, no settings, no ids of its own.

Everything here speaks WGS-84 degrees, longitude before latitude, unless a name says otherwise.
"""
