"""Posting JSON to another program, and what its answer means. Never follows a redirect: the address was agreed with a person."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from gridops.transports import Away, Later, Refused

PATIENCE_S = (3.05, 5)  # to connect, to answer
ASKS_FOR_PATIENCE = frozenset({408, 425, 429})
GONE = 410
LONGEST_ANSWER = 500


def post(url: str, body: bytes, headers: Mapping[str, str]) -> str:
    """The first characters of the answer. Raises Refused, Later, Away."""
    try:
        with requests.post(
            url, data=body, headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "gridops", **headers},
            timeout=PATIENCE_S, allow_redirects=False, stream=True,
        ) as answer:
            said = answer.raw.read(LONGEST_ANSWER, decode_content=True).decode("utf-8", "replace")
            return _judged(answer.status_code, said)
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema) as error:
        raise Refused("bad_address", type(error).__name__) from error
    except (requests.exceptions.RequestException, OSError) as error:
        raise Away("unreachable", type(error).__name__) from error


def _judged(status: int, said: str) -> str:
    if 200 <= status < 300:
        return said
    if status >= 500 or status in ASKS_FOR_PATIENCE:
        raise Later(f"http_{status}", said)
    raise Refused(f"http_{status}", said)
