"""People and their posts, duties by role (设岗定责), and party members who report to where they live (双报到).

``posts`` writes who serves where, ``leaving`` ends it all, ``rights`` lets a log-in follow the post, ``roster`` shows an area by cell.
Nothing is kept of where somebody is or how long he works. Every change publishes ``people.changed``, so that no ticket loses its person.
"""
