"""What an organisation does at its own desk: which of its people works a ticket, its lists, and the texts that it keeps.

Everything here asks for the role ``department``, and reaches no further than the actor's own organisations.
"""
