"""A street's next grid while it is being drawn: begun, edited step by step, looked through, compared with the active one, activated.

``drafting`` versions, locks and rights · ``editing`` one edit, undo · ``operations`` what an edit can be · ``steps`` what undoing needs
· ``ground`` a community's cells as shapes · ``homes`` how households follow the ground · ``features`` GeoJSON in and out
· ``coverage`` what is wrong · ``comparison`` what would move · ``activation`` the instant at which it counts.
"""
