"""What the other side answers is kept and shown to those who answer for a street: it names nobody."""

from __future__ import annotations

import pytest

from gridops.services.messages import delivering


@pytest.mark.parametrize(("answer", "kept"), [
    ("5.1.1 <chen@street.example>: Recipient address rejected: User unknown", "5.1.1 <…>: Recipient address rejected: User unknown"),
    ("no route to +86 138 1234-1234", "no route to …"),
    ('{"phone":"13812341234","reason":"blacklist"}', '{"phone":"…","reason":"blacklist"}'),
    ("see https://street.example/t/1234-5678-9012", "see https://street.example/t/…"),
    ("4.7.1 try again in 300 seconds", "4.7.1 try again in 300 seconds"),
])
def test_addresses_phones_and_codes_are_left_out(answer, kept):
    assert delivering.said("smtp_550", answer) == f"smtp_550: {kept}"


def test_a_code_alone_stays_as_it_is():
    assert delivering.said("expired", "") == "expired"
