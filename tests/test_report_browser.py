"""The report in a real browser: accessible, as wide as its window, without a request."""

import shutil

import pytest

from report_pages import hostile, some

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser is installed: {', '.join(BROWSERS)}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module", params=["some", "hostile"])
def page_file(request, coded_archive):
    if request.param == "some":
        return some(coded_archive)
    return hostile(coded_archive)


@pytest.fixture
def opened(browser):
    """Opens a page at a size; hears of every request and of every word on the console."""
    pages = []

    def open_page(file, size):
        page = browser.new_page(viewport=size)
        pages.append(page)
        heard = []
        page.on("request", lambda request: heard.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.goto(file.as_uri())
        return page, heard

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_accessibility_check_fails(opened, page_file, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(opened(page_file, size)[0])
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_is_no_wider_than_its_window_and_asks_for_nothing(opened, page_file, size):
    page, heard = opened(page_file, size)
    wide, window = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= window
    assert heard == [page_file.as_uri()]


def test_no_name_takes_the_room_of_what_stands_beside_it(opened, page_file):
    page, _ = opened(page_file, DESKTOP)
    widths = page.evaluate(
        "[...document.querySelectorAll('.claims, .papers, .people, .decades, .witnesses')].map(t => "
        "[t.id, t.getBoundingClientRect().width, t.scrollWidth, t.rows[0].cells[0].offsetWidth])"
    )
    assert widths
    for name, width, inside, first in widths:
        assert width <= DESKTOP["width"], name
        assert inside <= width + 1, name
        assert first > 80, name
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('tr')].map(r => r.offsetHeight))")
    assert tallest < 900


def test_a_phone_shows_where_a_picture_goes_on_and_the_first_of_its_signs(opened, page_file):
    shown = "[...document.querySelectorAll('figure .hint')].map(e => e.checkVisibility())"
    page, _ = opened(page_file, PHONE)
    assert page.evaluate(shown)
    assert all(page.evaluate(shown))
    widths = page.evaluate("[...document.querySelectorAll('figure svg')].map(e => e.clientWidth)")
    assert all(PHONE["width"] < width <= 36 * 16 for width in widths)
    assert not any(opened(page_file, DESKTOP)[0].evaluate(shown))


def test_every_sign_that_can_be_reached_shows_it(opened, page_file):
    page, _ = opened(page_file, DESKTOP)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_holds_every_column(opened, page_file):
    page, _ = opened(page_file, {"width": 720, "height": 1000})
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter(e => e.checkVisibility() && "
        "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.id || e.getAttribute('aria-label'))"
    )
    assert hidden == []
