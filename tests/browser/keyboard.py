"""Going through a page without a mouse: by Tab alone, and only where the focus can be seen."""

from __future__ import annotations

from playwright.sync_api import TimeoutError

MOST_STEPS = 160
FOCUSED = "selector => document.activeElement?.matches(selector)"
RING = """() => {
    const seen = element => { const s = getComputedStyle(element); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' };
    return [document.activeElement, document.activeElement.labels?.[0], document.activeElement.closest('.snap')?.querySelector('.shoot')].some(one => one && seen(one));
}"""


def press_to(page, selector):
    """Tab until the focus is there, and see that the focus shows."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            assert page.evaluate(RING), f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def enter(page, selector):
    press_to(page, selector)
    page.keyboard.press("Enter")


def log_in(page, name, password):
    page.goto("/login")
    press_to(page, "#username")
    page.keyboard.type(name)
    press_to(page, "#password")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    page.wait_for_load_state()


def choose(page, file):
    """The window of files is the system's own; on a busy machine the first press sometimes does not open it."""
    for last in (False, False, True):
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value.set_files(file)
        except TimeoutError:
            if last:
                raise
