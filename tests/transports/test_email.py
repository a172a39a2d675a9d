"""E-mail through a real mail server, and into a folder."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from gridops.transports import Away, Later, Refused, email
from tests.transports.other_side import mail_server


@pytest.fixture
def letter(now) -> email.Letter:
    return email.Letter("gridops-7-1", "wang@street.example", "工单260304-00001：已派遣", "已派遣\n工单：260304-00001", "zh", now)


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


def test_a_letter_arrives_whole_and_says_that_a_machine_wrote_it(server, letter):
    mailer = email.Mailer(server.address, "gridops@street.example")
    assert mailer.send(letter) == "<gridops-7-1@street.example>"
    mailer.close()
    (arrived,) = server.letters
    assert (arrived["To"], arrived["From"], arrived["Subject"]) == ("wang@street.example", "gridops@street.example", letter.subject)
    assert arrived.get_content().split() == letter.text.split()
    assert (arrived["Auto-Submitted"], arrived["Content-Language"]) == ("auto-generated", "zh")


def test_one_connection_serves_a_whole_run(server, letter):
    mailer = email.Mailer(server.address, "gridops@street.example")
    for number in range(3):
        mailer.send(letter._replace(id=str(number)))
    mailer.close()
    assert len(server.letters) == 3 and len(server.sessions) == 1


@pytest.mark.parametrize(("answer", "meant"), [("550 no such box", Refused), ("451 come back", Later)])
def test_what_the_server_says_of_an_address_is_taken_at_its_word(server, letter, answer, meant):
    server.refuse = {"wang": answer}
    mailer = email.Mailer(server.address, "gridops@street.example")
    with pytest.raises(meant) as refused:
        mailer.send(letter)
    assert refused.value.code == f"smtp_{answer[:3]}" and refused.value.answer
    mailer.send(letter._replace(to="li@street.example"))
    mailer.close()
    assert [arrived["To"] for arrived in server.letters] == ["li@street.example"], "the next letter still goes"


def test_a_server_that_is_not_there_is_away(letter):
    with pytest.raises(Away):
        email.Mailer("smtp://127.0.0.1:1", "gridops@street.example").send(letter)


def test_a_line_break_in_an_address_or_a_subject_is_no_second_header(letter, tmp_path):
    for bad in (letter._replace(to="a@b.example\nBcc: c@d.example"), letter._replace(subject="x\r\nBcc: c@d.example")):
        with pytest.raises(ValueError):
            email.Mailer(f"file:{tmp_path}", "gridops@street.example").send(bad)


def test_for_trying_letters_go_into_a_folder(letter, tmp_path):
    email.Mailer(f"file:{tmp_path / 'mail'}", "gridops@street.example").send(letter)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == "gridops-7-1.eml" and path.stat().st_mode & 0o777 == 0o600
    assert message_from_bytes(path.read_bytes(), policy=policy.default).get_content().strip() == letter.text
