"""E-mail by SMTP, one connection for as long as a run lasts, or into a folder of .eml files for trying."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from gridops.transports import Away, Later, Refused

PATIENCE_S = 5
PORTS = {"smtp": 25, "smtps": 465}


class Letter(NamedTuple):
    id: str  # becomes the Message-ID: the same however often it is sent
    to: str
    subject: str
    text: str
    locale: str
    at: datetime


class Mailer:
    """``address`` as in Config.mail. Connects at the first letter; ``close`` when no more come."""

    def __init__(self, address: str, sender: str):
        self._address, self._sender = urlsplit(address), sender
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> str:
        """The Message-ID. Raises Refused, Later, Away."""
        message = _message(letter, self._sender)
        if self._address.scheme == "file":
            _to_folder(Path(self._address.path), letter.id, message)
        else:
            self._to_server(message)
        return message["Message-ID"]

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                pass  # it has hung up already
            self._server = None

    def _to_server(self, message: EmailMessage) -> None:
        try:
            if self._server is None:
                self._server = _connected(self._address)
            self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            status, said = next(iter(error.recipients.values()))
            raise _refused(status, said) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Away("unreachable", type(error).__name__) from error


def _refused(status: int, said: bytes | str) -> Refused | Later:
    """RFC 5321: 5xx is for good, 4xx may change."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return (Refused if status >= 500 else Later)(f"smtp_{status}", words)


def _connected(address: SplitResult) -> smtplib.SMTP:
    port = address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(address.hostname, port, timeout=PATIENCE_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(address.hostname, port, timeout=PATIENCE_S)
        if parse_qs(address.query).get("starttls") == ["1"]:
            server.starttls(context=ssl.create_default_context())
    if address.username:
        _log_in(server, unquote(address.username), unquote(address.password or ""))
    return server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """A wrong password is nobody's letter's fault: all of them wait."""
    try:
        server.login(user, password)
    except smtplib.SMTPException as error:
        server.close()
        raise Away("log_in", type(error).__name__) from error


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    message.set_content(letter.text)  # clears every Content- header before it
    message["Content-Language"] = letter.locale
    return message


def _to_folder(folder: Path, name: str, message: EmailMessage) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{name}.eml"
        path.write_bytes(bytes(message))
        path.chmod(0o600)
    except OSError as error:
        raise Away("file", error.strerror or "") from error
