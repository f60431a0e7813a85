"""A form with an error at each field: nothing lies on top of anything, and every field keeps room to type."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from offices.models import THE_OFFICE, Office

pytestmark = pytest.mark.once

WIDTHS = [390, 820, 1180]
LONG = "A very long text indeed, " * 30
# What is typed into each kind of field, so that it is wrong.
WRONG = """(long) => {
  for (const field of document.querySelectorAll("main input, main textarea, #content input, #content textarea")) {
    if (field.closest("[role=search]")) continue;
    if (field.form) field.form.noValidate = true;
    if (["hidden", "submit", "checkbox", "radio", "search", "file"].includes(field.type)) continue;
    field.removeAttribute("maxlength");
    field.value = { number: 500000, tel: "1-800-FLOWERS", email: "nobody" }[field.type] ?? long;
  }
}"""
# The pairs of labels, errors and fields that share room, and the fields that are too narrow.
FAULTS = """() => {
  const parts = "label, .error, .hint, .errorlist, .errornote, .help, input, textarea, select, button";
  const seen = [...document.querySelectorAll(`:is(main, #content) :is(${parts})`)].filter((each) =>
    each.checkVisibility() && each.getClientRects().length && getComputedStyle(each).position !== "absolute"
  );
  const faults = [];
  for (const [index, one] of seen.entries()) {
    const a = one.getBoundingClientRect();
    const isWide = one.matches("textarea, [type=text], [type=email], [type=tel], [type=password]");
    if (isWide && a.width < 120) faults.push(`${one.name}: ${a.width} px`);
    for (const other of seen.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const b = other.getBoundingClientRect();
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > 1) faults.push(`${one.outerHTML.slice(0, 80)} on ${other.outerHTML.slice(0, 80)}`);
    }
  }
  return faults;
}"""
# The button of the form with fields to type in.
BUTTON = (
    ":is(main, #content) form[method=post]:has(input:not([type=hidden], [type=submit])) "
    ":is(.button.primary, [type=submit], button:not([type=button]))"
)
PAGES = [
    *("/", "/admin/login/", "/admin/password-reset/", "/admin/setup/", "/admin/hosts/host/add/"),
    *("/admin/kiosks/kiosk/add/", "/admin/offices/office/1/change/", "/admin/auth/user/add/"),
    *("/admin/password_change/", "/admin/account/confirm/", "/admin/hosts/host/import/"),
]


@pytest.fixture
def boss(page: Page, server, host) -> Page:
    """The browser of somebody who may do everything, and who has just said who they are."""
    User.objects.create_superuser("root", "root@meridianhouse.example", "a quiet front desk")
    Office.objects.get_or_create(pk=THE_OFFICE)
    client = Client()
    client.login(username="root", password="a quiet front desk")
    client.post("/admin/account/confirm/", {"password": "a quiet front desk"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])
    return page


@pytest.mark.parametrize("path", PAGES)
def test_an_error_breaks_no_form(boss, path):
    if path in {"/admin/login/", "/admin/password-reset/"}:
        boss.context.clear_cookies()
    boss.goto(path)
    boss.evaluate(WRONG, LONG)
    with boss.expect_navigation():
        boss.locator(BUTTON).first.click()

    assert boss.locator(".error, .errorlist, .errornote").count(), boss.url
    for width in WIDTHS:
        boss.set_viewport_size({"width": width, "height": 844})
        assert boss.evaluate(FAULTS) == [], f"{boss.url} at {width} px"


@pytest.mark.parametrize("width", WIDTHS)
def test_too_many_people_leave_room_for_the_purpose(page, host, server, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/")
    page.get_by_role("spinbutton", name="Number of people").fill("500")

    page.get_by_role("button", name="Start appointment").click()

    page.get_by_role("alert").wait_for()
    assert page.evaluate(FAULTS) == []
    box = page.get_by_role("textbox", name="Purpose").bounding_box()
    assert box is not None
    assert box["width"] >= 190
