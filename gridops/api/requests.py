"""What surrounds every view: rate limit, caller, role, one transaction, Idempotency-Key.

A new endpoint with its schema and test, in full::

    class CommentSchema(Schema):                       # unknown fields are refused
        text = fields.String(required=True, validate=validate.Length(1, 4000))

    @blueprint.route("/tickets/<number>/remarks", methods=["POST"])
    @writing("clerk", "dispatcher")                    # outermost: transaction, actor, role, idempotency
    @blueprint.arguments(CommentSchema, example={"text": "…"})
    @blueprint.response(201, RemarkSchema)
    def add_remark(call, comment, number):             # call first, then the parsed body, then the path
        \"\"\"Add a remark\"\"\"                            # the summary in the OpenAPI document
        return remarks.add(call.session, number, comment["text"], actor=call.actor, now=call.now)

    def test_a_clerk_adds_a_remark(client, log_in):
        answer = client.post("/api/v1/tickets/T1/remarks", json={"text": "…"}, headers=log_in("clerk"))
        assert answer.status_code == 201

``reading`` does the same for GET: a session that is always rolled back. Without roles anybody may call (``call.actor`` is then
``NOBODY`` or whoever is logged in); ``ANY_STAFF`` takes any log-in. Views never commit and never catch errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from gridops import db
from gridops.api import bodies, credentials, language, limits
from gridops.context import Context
from gridops.domain.actor import Actor
from gridops.errors import Forbidden, GridopsError, Invalid, NotLoggedIn, PasswordGiven
from gridops.services import idempotency
from gridops.vault import Vault

ANY_STAFF = "*"
NOBODY = Actor(kind="reporter", name="reporter")  # sees nothing: it holds no report
KEY = re.compile(r"[\x21-\x7e]{1,200}")
# What may be done before the owner of an account has chosen a password of his own.
WITH_GIVEN_PASSWORD = ("session.show_me", "session.close_session", "session.change_password", "own_account.show", "own_account.change", "staff_session.log_out")
LONG_KEY = 16  # characters; a shorter one of a caller without log-in counts only for his address


class Recorded(Exception):
    """Raised by a view: commit what was written down (a failed log-in), then answer ``error``."""

    def __init__(self, error: GridopsError):
        super().__init__(str(error))
        self.error = error


@dataclass
class Call:
    """One request on its way to a service."""

    session: Session
    actor: Actor
    now: datetime
    locale: str
    context: Context
    token: str | None = None
    csrf: str | None = None
    idempotency_key: tuple[str, str] | None = field(default=None, repr=False)  # (key, caller) of this request

    @property
    def vault(self) -> Vault:
        return self.context.vault

    @property
    def is_staff(self) -> bool:
        return self.actor.kind == "staff"


def context() -> Context:
    return current_app.extensions["gridops"]


def writing(*roles: str, limit: str | None = None, keyed: bool = True) -> Callable:
    """``limit`` names a row of limits.LIMITS; ``keyed=False`` takes an Idempotency-Key but stores no answer (log-in: no tokens at rest)."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def wrapper(*args, **kwargs):
            house = context()
            limits.check(house, limit)
            bodies.take_in()  # a slow sender must not hold a connection
            with db.transaction(house.sessions) as session:
                call = _call(house, session, roles, changes=True)
                answer = _recorded(call, lambda: _once(call, keyed, lambda: view(call, *args, **kwargs)))
            if isinstance(answer, Recorded):
                raise answer.error
            return answer

        return wrapper

    return decorate


def reading(*roles: str, limit: str | None = None) -> Callable:
    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def wrapper(*args, **kwargs):
            house = context()
            limits.check(house, limit)
            with db.reading(house.sessions) as session:
                call = _call(house, session, roles, changes=False)
                return view(call, *args, **kwargs)

        return wrapper

    return decorate


def require(actor: Actor, *roles: str) -> None:
    """Raises NotLoggedIn or Forbidden. No roles: anybody."""
    if not roles:
        return
    if actor.kind != "staff":
        raise NotLoggedIn()
    if ANY_STAFF not in roles and not actor.roles.intersection(roles):
        raise Forbidden()


def _call(house: Context, session: Session, roles: tuple[str, ...], *, changes: bool) -> Call:
    now = house.now()
    live = credentials.resolve(house, session, now=now, changes=changes)
    actor = live.actor if live else NOBODY
    require(actor, *roles)
    if live and live.password_given and request.endpoint not in WITH_GIVEN_PASSWORD:
        if roles:
            raise PasswordGiven()
        actor = NOBODY  # what anybody may do is done as anybody
    return Call(
        session, actor, now, language.of_request(), house, token=live.token if live else None, csrf=live.csrf if live else None,
    )


def _recorded(call: Call, work: Callable) -> Response | Recorded:
    try:
        return work()
    except Recorded as recorded:
        if call.idempotency_key:
            idempotency.forget(call.session, *call.idempotency_key)
        return recorded


def _once(call: Call, keyed: bool, work: Callable[[], Response]) -> Response:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key has 1 to 200 printable ASCII characters.", code="idempotency_key_invalid")
    return _keyed(call, key, work) if keyed else work()


def _keyed(call: Call, key: str, work: Callable[[], Response]) -> Response:
    caller = _caller(call, key)
    asked = f"{request.method} {request.path}\n{bodies.canonical_body()}"
    body_hash = call.vault.blind_index(asked, purpose="idempotency.body")  # keyed: the body may hold a phone or a code
    stored = idempotency.begin(call.session, key, caller, body_hash, call.now, vault=call.vault)
    if stored is not None:
        return Response(stored.answer, stored.status, {"Idempotency-Replayed": "true"}, mimetype="application/json")
    call.idempotency_key = (key, caller)
    response = current_app.make_response(work())
    idempotency.finish(call.session, key, caller, status=response.status_code, answer=response.get_data(as_text=True), vault=call.vault)
    return response


def _caller(call: Call, key: str) -> str:
    """Offline phones change their address, so a long (random) key stands for itself; two strangers may both say "1"."""
    if call.is_staff:
        return f"account:{call.actor.account_id}"
    return "anybody" if len(key) >= LONG_KEY else f"address:{limits.address()}"
