"""Log-ins by page, the first log-in with a given password, the audit page, and who is refused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from gridops.domain.actor import SYSTEM, Grant
from gridops.models import Account, SecurityEvent
from gridops.services import accounts
from tests.api.conftest import PASSWORD
from tests.small_street import STREET, WEST
from tests.web.importing import check, press_import
from tests.web.test_staff import EN, Browser, account, browser  # noqa: F401

PAGES = {
    "/accounts": "security_admin", "/accounts/new": "security_admin", "/accounts/import": "security_admin", "/security-events": "audit_admin",
    "/labels": "system_admin", "/taxonomy/import": "system_admin"}
NEW = {"name": "李娜", "username": "lina", "role": "grid_worker", "area": WEST}


@pytest.fixture
def number_of(sessions):
    def number_of(username):
        with sessions() as session:
            return session.scalar(select(Account.id).where(Account.username == username))

    return number_of


def shown_password(page):
    return re.search(r'data-focus tabindex="-1">([^<]+)<', page)[1]


def log_in(app, username, password):
    opened = Browser(app)
    answer = opened.client.post("/login", data={"username": username, "password": password}, headers=EN)
    return opened, answer


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_of_one_role_and_says_what_to_do(browser, path):  # noqa: F811
    for role in ("clerk", "security_admin", "system_admin", "audit_admin"):
        page = browser(role).get(path, 200 if role == PAGES[path] else 403)
        assert ("ask the security administrator" in page) == (role != PAGES[path])
        found = re.findall(r'<li><a href="(/[\w-]+)"', page) if role == PAGES[path] else []
        assert (path if path.count("/") == 1 else "/" + path.split("/")[1]) in found or role != PAGES[path]


def test_a_new_account_logs_in_and_must_choose_a_password_first(app, browser):  # noqa: F811
    admin = browser("security_admin")
    page = admin.post("/accounts/new", NEW | {"area": "西网格"}, page="/accounts/new", status=200).text
    password = shown_password(page)
    fresh, answer = log_in(app, "lina", password)
    assert answer.status_code == 303
    for path in ("/inbox", "/today", "/tickets"):
        answer = fresh.client.get(path, headers=EN)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/account"), path
    assert fresh.client.get("/report", headers=EN).status_code == 200, "a page for residents is for everybody"
    form = {"present": password, "password": "another good one", "again": "another good one"}
    wrong = fresh.post("/account", form | {"again": "else"}, page="/account", status=422).text
    assert "The two are not the same." in wrong
    assert "present password is wrong" in fresh.post("/account", form | {"present": "x"}, page="/account", status=422).text
    assert fresh.post("/account", form, page="/account").headers["Location"] == "/today"
    fresh.get("/inbox")
    assert log_in(app, "lina", password)[1].status_code == 401
    assert password not in admin.get("/accounts?q=lina")


def test_bad_input_comes_back_with_what_was_typed(browser):  # noqa: F811
    admin = browser("security_admin")
    page = admin.post("/accounts/new", NEW | {"username": "a b"}, page="/accounts/new", status=422).text
    assert 'value="李娜"' in page and "without spaces" in page
    page = admin.post("/accounts/new", NEW | {"area": "nowhere"}, page="/accounts/new", status=422).text
    assert "Nothing on the list fits" in page
    for area, said in (("310199002", "not yours"), (STREET + "9", "no such area")):
        assert said in admin.post("/accounts/new", NEW | {"area": area}, page="/accounts/new", status=422).text
    assert "no such role" in admin.post("/accounts/new", NEW | {"role": "king"}, page="/accounts/new", status=422).text
    assert "Choose the organisation" in admin.post("/accounts/new", NEW | {"role": "department"}, page="/accounts/new", status=422).text


def test_roles_are_given_and_taken_back_and_the_account_is_closed(app, browser, number_of, sessions):  # noqa: F811
    admin = browser("security_admin")
    password = shown_password(admin.post("/accounts/new", NEW, page="/accounts/new", status=200).text)
    page = f"/accounts/{number_of('lina')}"
    admin.post(f"{page}/give", {"role": "department", "area": STREET, "department": "D-SANITATION"}, page=page)
    refused = admin.post(f"{page}/give", {"role": "department", "area": STREET, "department": "D-SANITATION"}, page=page, status=409).text
    assert "has this role there already" in refused
    grant = re.search(r'name="grant" value="(\d+)"', admin.get(page))[1]
    admin.post(f"{page}/take", {"grant": grant}, page=page)
    assert "Grid worker</strong>" not in admin.get(page)
    again = shown_password(admin.post(f"{page}/password", page=page, status=200).text)
    assert again != password
    admin.post(f"{page}/close", page=page)
    assert log_in(app, "lina", again)[1].status_code == 401
    assert "lina" in admin.get("/accounts?state=closed") and "lina" not in admin.get("/accounts?state=open")
    admin.post(f"{page}/open", page=page)
    with sessions() as session:
        kinds = session.scalars(select(SecurityEvent.kind).where(SecurityEvent.kind.not_like("log%")).order_by(SecurityEvent.id)).all()
    assert kinds[-7:] == [
        "role_granted", "account_created", "role_granted", "role_withdrawn", "password_set", "account_disabled", "account_enabled"]


def test_the_own_account_is_not_offered(browser, number_of):  # noqa: F811
    admin = browser("security_admin")
    page = f"/accounts/{number_of('security_admin-0')}"
    shown = admin.get(page)
    assert "nobody changes his own rights" in shown and 'action="' + page not in shown
    assert "Nobody changes his own rights: another" in admin.post(f"{page}/give", {"role": "leader", "area": STREET}, page="/accounts/new", status=403).text


def test_an_auditor_filters_and_takes_out(browser, sessions):  # noqa: F811
    browser("security_admin").post("/accounts/new", NEW, page="/accounts/new", status=200)
    auditor = browser("audit_admin")
    page = auditor.get("/security-events?kind=account_created&who=lina")
    assert page.count("<th scope=\"row\">account made") == 1 and "李娜" in page
    assert "No event fits" in auditor.get("/security-events?until=2020-01-01")
    assert "account made" in auditor.get("/security-events?since=nonsense")
    answer = auditor.post("/security-events.csv", {"kind": "account_created"}, page="/security-events", status=200)
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("When,Code,What,Who") and all("account_created" in line for line in lines[1:])
    assert "security events exported" in auditor.get("/security-events")


def test_a_list_of_accounts_is_looked_through_and_its_passwords_shown_once(app, browser, sessions):  # noqa: F811
    admin = browser("security_admin")
    listed = "用户名,姓名,角色,区域\nzhang,张伟,网格员,西网格\nzhang,张伟,cadre," + STREET + "001\nchen,陈静,审计管理员," + STREET + "\n"
    page = check(admin, "/accounts/import", listed)
    assert "chen" in page and "nothing was written" in page
    with sessions() as session:
        assert session.scalar(select(Account).where(Account.username == "zhang")) is None
    written = press_import(admin, "/accounts/import", page)
    passwords = dict(re.findall(r"<td><code>(\w+)</code></td><td><code>([^<]+)</code>", written))
    assert set(passwords) == {"zhang", "chen"}
    assert log_in(app, "zhang", passwords["zhang"])[1].status_code == 303
    assert "all of it is here already" in check(admin, "/accounts/import", listed)


def test_bad_rows_are_named_and_nothing_is_written(browser, sessions):  # noqa: F811
    admin = browser("security_admin")
    rows = ("a,A,clerk," + STREET, "bb,B,clerk,310199002", "cc,C,king," + STREET, "dd,D,security_admin," + STREET, "dd,D,audit_admin," + STREET,
            "security_admin-0,x,leader," + STREET, ",E,clerk," + STREET, "ff,F,clerk,Nowhere")
    page = check(admin, "/accounts/import", "username,name,role,area\n" + "\n".join(rows), status=422)
    for said in ("2 to 64 characters", "not yours", "no such role", "may not hold", "his own rights", "username is empty", "no area"):
        assert said in page, said
    with sessions() as session:
        assert session.scalar(select(Account).where(Account.username.in_(("bb", "dd")))) is None


def test_lists_are_paged_in_the_address(browser, sessions):  # noqa: F811
    admin = browser("security_admin")
    names = [f"user{number:03}" for number in range(60)]
    with sessions() as session, session.begin():
        from gridops.context import wall_clock
        session.add_all(Account(username=name, password_hash="-", name=name, created_at=wall_clock()) for name in names)
    first = admin.get("/accounts?q=user&state=none")
    more = re.search(r'href="(/accounts\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = admin.get(more)
    seen = re.findall(r"<code>(user\d+)</code>", first + second)
    assert seen == names and "First page" in second


@pytest.mark.parametrize(("role", "start"), [("security_admin", "/accounts"), ("audit_admin", "/security-events"), ("system_admin", "/inbox"), ("clerk", "/inbox")])
def test_who_has_no_tickets_starts_at_the_own_work(app, account, role, start):  # noqa: F811
    _opened, answer = log_in(app, account(role), PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, start)


def test_somebody_of_an_organisation_starts_at_its_desk(app, account, sessions, street, now):  # noqa: F811
    opened, answer = log_in(app, account("department", department="SANITATION"), PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organisation")
    assert opened.client.get("/organisation").status_code == 200
    both = [Grant("department", STREET, street.departments["SANITATION"].id), Grant("clerk", STREET)]
    with sessions() as session, session.begin():
        accounts.create_account(session, "both", PASSWORD, name="both", grants=both, actor=SYSTEM, now=now)
    assert log_in(app, "both", PASSWORD)[1].headers["Location"] == "/inbox"


def test_a_security_administrator_is_not_sent_to_himself(browser):  # noqa: F811
    assert "another security administrator" in browser("security_admin").get("/account")
    assert "tell the security administrator" in browser("clerk").get("/account")
