"""Messages that leave the house. A fact is told once to each receiver by each way that it wants, and every message has a row that says what
became of it.

``following``   what one published fact means for residents, staff and programs elsewhere
``residents``, ``staff``, ``hooks``   who of them hears, in which words
``written``     the rows          ``delivering``, ``digests``   their way out          ``overview``   what a person reads of it
"""
