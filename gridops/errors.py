"""What can go wrong, without a word about HTTP.

Every error has a stable ``code`` that clients may rely on, a message key with parameters (messages are translated at the edge),
optional ``fields`` (field path -> list of messages) and ``details`` (anything JSON can hold).
"""

from __future__ import annotations

from typing import Any


class GridopsError(Exception):
    code = "internal"
    message = "Something went wrong."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: dict[str, list[str]] | None = None,
        details: dict[str, Any] | None = None,
        **params: Any,
    ):
        self.code = code or self.code
        self.message = message or self.message
        self.params = params
        self.fields = fields
        self.details = details
        super().__init__(f"{self.code}: {self.text()}")

    def text(self) -> str:
        return self.message % self.params if self.params else self.message


class Malformed(GridopsError):
    """The request cannot even be read (broken JSON, NUL characters, too deep)."""

    code = "malformed"
    message = "The request could not be read."


class NotLoggedIn(GridopsError):
    code = "not_logged_in"
    message = "Please log in."


class Forbidden(GridopsError):
    """The subject is in scope, but the caller's role may not do this."""

    code = "forbidden"
    message = "Your role does not allow this."


class PasswordGiven(Forbidden):
    """An administrator knows the password as well: nothing else before its owner has chosen another."""

    code = "password_given"
    message = "Please choose a password of your own first."


class NotFound(GridopsError):
    """Missing, or out of the caller's scope: the two must look the same."""

    code = "not_found"
    message = "Not found."


class NotAllowed(GridopsError):
    """The ticket's status does not allow the action; details: status, version, allowed_actions."""

    code = "not_allowed"
    message = "This is not possible in the present status."


class Conflict(GridopsError):
    """A lost race: somebody else changed the subject first; details as in NotAllowed."""

    code = "conflict"
    message = "Somebody else has changed this in the meantime."


class TooLarge(GridopsError):
    code = "too_large"
    message = "Too large."


class UnsupportedMedia(GridopsError):
    code = "unsupported_media"
    message = "This kind of file is not supported."


class Invalid(GridopsError):
    """Readable, but a value breaks a rule; ``fields`` says which."""

    code = "invalid"
    message = "Some values are not valid."


class TooMany(GridopsError):
    """Rate limit; ``details['retry_after']`` is in whole seconds."""

    code = "too_many"
    message = "Too many requests, please wait a moment."


class Unavailable(GridopsError):
    """A part of the system that this needs is down; nothing was written."""

    code = "unavailable"
    message = "This is not available right now."
