"""Messages on their way out: each way for itself, so that a mail server which is away holds up no text message."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from config import Config
from gridops.context import Context
from gridops.db import transaction
from gridops.domain.messages import CHANNELS
from gridops.services.messages import delivering, digests
from gridops.services.messages.delivering import Parcel
from gridops.transports import Away, Later, Refused, email, text, webhook
from workers.queue import JobTimeout

AT_ONCE = 20
PATIENCE_S = 8.0  # of one job; a message takes up to as long as its transport is patient
Send = Callable[[Parcel], str | None]
log = structlog.get_logger()


def deliver(context: Context) -> None:
    with transaction(context.sessions) as session:
        digests.bundle(session, context.vault, now=context.now())
    run = _Run(context, time.monotonic() + PATIENCE_S)
    try:
        for channel in CHANNELS:
            while run.has_time and run.some(channel):
                pass
    finally:
        run.close()


class _Run:
    """One job's worth of sending, with what it has learnt on the way about who is away."""

    def __init__(self, context: Context, give_up: float):
        config = context.config
        self._context, self._give_up = context, give_up
        self._mailer = email.Mailer(config.mail, config.mail_from) if config.mail else None
        self._ways, self._away = _ways(config, self._mailer), set[str]()

    @property
    def has_time(self) -> bool:
        return time.monotonic() < self._give_up

    def some(self, channel: str) -> bool:
        """False: nothing is left by this way, or nobody is there."""
        with transaction(self._context.sessions) as session:
            parcels = delivering.claim(session, self._context.vault, channel, now=self._context.now(), limit=AT_ONCE)
        not_begun = [parcel.id for parcel in parcels if not self._begun(parcel)]
        if not_begun:
            with transaction(self._context.sessions) as session:
                delivering.put_back(session, not_begun, now=self._context.now())
        return len(parcels) == AT_ONCE and channel not in self._away

    def _begun(self, parcel: Parcel) -> bool:
        place = _place(parcel)
        if place in self._away or not self.has_time:
            return False
        if not _deliver_one(self._context, parcel, self._ways[parcel.channel]):
            self._away.add(place)
        return True

    def close(self) -> None:
        if self._mailer is not None:
            self._mailer.close()


def _place(parcel: Parcel) -> str:
    """Who is away when one message finds nobody: each webhook is another program, all e-mail goes through one server."""
    return parcel.address if parcel.channel == "webhook" else parcel.channel


def _deliver_one(context: Context, parcel: Parcel, send: Send) -> bool:
    """Marked in a transaction of its own. False: nobody is there."""
    try:
        remote_id = send(parcel)
    except (Refused, Later, Away) as error:
        mark = delivering.refused if isinstance(error, Refused) else delivering.later
        with transaction(context.sessions) as session:
            mark(session, parcel.id, error.code, error.answer, now=context.now())
        log.info("message_not_sent", delivery=parcel.id, channel=parcel.channel, code=error.code)
        return not isinstance(error, Away)
    except Exception as error:  # noqa: BLE001 - one that cannot be sent at all must not stand in the way of the others
        if isinstance(error, JobTimeout):
            raise
        with transaction(context.sessions) as session:
            delivering.refused(session, parcel.id, delivering.BROKEN, type(error).__name__, now=context.now())
        return True
    with transaction(context.sessions) as session:
        delivering.sent(session, parcel.id, remote_id, now=context.now())
    return True


def _ways(config: Config, mailer: email.Mailer | None) -> dict[str, Send]:
    def by_text(parcel: Parcel) -> str | None:
        if config.sms is None:
            raise Refused(delivering.NO_WAY)
        return text.driver(config.sms, config.sms_token)(parcel.name, parcel.address, parcel.text)

    def by_email(parcel: Parcel) -> str | None:
        if mailer is None:
            raise Refused(delivering.NO_WAY)
        return mailer.send(email.Letter(parcel.name, parcel.address, parcel.subject, parcel.text, parcel.locale, parcel.at))

    def by_webhook(parcel: Parcel) -> str | None:
        return webhook.send(parcel.address, parcel.secret, parcel.name, parcel.text.encode(), now=parcel.at)

    return {"text": by_text, "email": by_email, "webhook": by_webhook}
