"""The duty catalogue (派单目录): which types of organisation lead, coordinate and support for a category, in versions.

``versions`` begins drafts and keeps what was in force, ``editing`` changes a draft, ``checking`` lists its holes and conflicts, ``trial`` says what past
tickets would have done under it, ``activation`` puts it in force, ``comparing`` names what differs.

The rules in force are the rows of DutyRule without ``valid_to``, whoever wrote them: an activation, an import, or a new grid that moved
them. A realm is a street's own rules, or those that hold everywhere; each realm counts its versions by itself.
"""
