"""The categories of an installation as its administrator keeps them: looked through, renamed, switched off, refined by local ones.

Identity is the code and attributes live in versions, so each change is a new version with its author; tickets keep the one they had.
"""
