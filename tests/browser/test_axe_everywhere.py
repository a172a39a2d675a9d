"""axe on every page that has an address of its own, in both languages, light and dark: nothing serious, nothing critical."""

from __future__ import annotations

import pytest

from gridops import create_app, db
from gridops.domain.actor import SYSTEM, Grant
from gridops.services import accounts, tickets
from tests.browser.conftest import DESK, PHONE
from tests.browser.phones import serious
from tests.small_street import RUBBISH, STREET

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
EVERY_ROLE = ("leader", "clerk", "dispatcher", "grid_office", "grid_leader", "system_admin", "security_admin", "audit_admin")
# The last is a part of a form.
NO_PAGES = ("/api/", "/s/", "/static/", "/language", "/text-size", "/healthz", "/readyz", "/metrics", "/sw.js", "/manifest", "/icon", "/logout", "/filing-conditions")
NOT_HTML = (".json", ".csv", ".xlsx", ".pdf", ".svg", ".webmanifest", ".png")


@pytest.fixture
def paths(site, now) -> list[str]:
    """Addresses without parameters, and one ticket's."""
    with db.transaction(site.fresh.sessions) as session:
        number = site.street.submit(session, now).ticket.number
        tickets.perform(session, number, "file", {"category": RUBBISH}, actor=SYSTEM, now=now)
        tickets.perform(session, number, "dispatch", {}, actor=SYSTEM, now=now)
        waiting = site.street.submit(session, now, category=None, description="路口井盖松动").ticket.number
        department = site.street.departments["SANITATION"].id
        grants = [*(Grant(role, STREET) for role in EVERY_ROLE), Grant("department", STREET, department)]
        accounts.create_account(session, "everybody", PASSWORD, name="everybody", grants=grants, actor=SYSTEM, now=now)
        other = accounts.create_account(session, "other", PASSWORD, name="other", grants=grants[:2], actor=SYSTEM, now=now).id
    rules = create_app(site.fresh.config, context=site.context).url_map.iter_rules()
    plain = {rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments}
    wanted = [path for path in sorted(plain) if not path.startswith(NO_PAGES) and not path.endswith(NOT_HTML)]
    return [*wanted, f"/tickets/{number}", f"/tickets/{waiting}", f"/learning/filing?street={STREET}&category=E0192", f"/accounts/{other}", f"/taxonomy/{RUBBISH}", f"/taxonomy/{RUBBISH}/words?word=暴露垃圾", "/labels/cell", "/labels?q=网格"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "scheme", "size"), [
    ("zh-CN", "light", DESK), ("zh-CN", "dark", PHONE), ("en-GB", "light", PHONE), ("en-GB", "dark", DESK)])
def test_axe_finds_nothing_serious_on_any_page(open_page, paths, language, scheme, size):
    page = open_page(locale=language, color_scheme=scheme, viewport=size)
    page.goto("/login")
    page.fill("#username", "everybody")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    looked_at, found = 0, {}
    for path in paths:
        answer = page.goto(path)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        looked_at += 1
        wrong = serious(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wrong or wide:
            found[path] = wrong + (["runs over the edge"] if wide else [])
    print(f"{looked_at} pages, {language}, {scheme}, {size['width']} px: {len(found)} with findings")
    assert found == {} and looked_at > 30
