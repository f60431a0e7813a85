"""What each role gets from each URL, for GET and for POST: the rights of the whole product on one page.

A new URL is a new row. Each cell is a status; `LOGIN` is a redirect to the login page. Whoever a row does not name gets
its answer for `ANYONE`, which for a page of the panel is `LOGIN`. `roles.py` says who the roles are.

An office manager who still needs a second factor gets what a manager gets from the pages of `WITHOUT_SECOND_FACTOR` and
from those outside of the panel, and is sent to the account from all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOGIN = "login"
# A redirect to one's own account, where a second factor can be added.
ACCOUNT = "account"
ANYONE = "anyone"
# A manager without the second factor that managers need.
UNPROTECTED = "unprotected_manager"
Verdict = int | str
Answers = Mapping[str, Verdict]

# Whoever has more rights in the panel comes later.
PANEL = ("staff", "reception", "manager", "superuser")


@dataclass(frozen=True)
class Row:
    """The answers of one URL."""

    get: Answers
    post: Answers

    def expected(self, method: str, role: str) -> Verdict:
        """What this role gets."""
        answers = self.get if method == "GET" else self.post
        return answers.get(role, answers[ANYONE])


def expected(name: str, method: str, role: str) -> Verdict:
    """What this role gets from the URL of this name."""
    if role != UNPROTECTED:
        return ROWS[name].expected(method, role)
    is_open = name in WITHOUT_SECOND_FACTOR or not name.startswith("admin")
    return ROWS[name].expected(method, "manager") if is_open else ACCOUNT


def everyone(verdict: Verdict, **others: Verdict) -> Answers:
    """The same for everyone but `others`."""
    return {ANYONE: verdict, **others}


def visitor(verdict: Verdict, *, other: Verdict | None = None) -> Answers:
    """For a visitor with the link; `other` is what another visitor gets from their own. No other token is known."""
    return {ANYONE: 404, "visitor": verdict, "other_visitor": other or verdict}


def host(verdict: Verdict) -> Answers:
    """For the host with the link. No other token is known, a visitor's neither."""
    return {ANYONE: 404, "host": verdict}


def panel(least: str, verdict: Verdict, *, without: Verdict = 403) -> Answers:
    """For the role `least` and those with more rights; `without` is for those in the panel with fewer."""
    first = PANEL.index(least)
    return {ANYONE: LOGIN, **{role: verdict if rank >= first else without for rank, role in enumerate(PANEL)}}


def record(name: str, *, view: str, add: str = "", change: str = "", delete: str = "") -> dict[str, Row]:
    """Django Admin’s pages of one kind of record: the least role that may view, add, change or delete it.

    Nobody may do what names no role, a superuser neither.
    """
    nobody = everyone(LOGIN, **dict.fromkeys(PANEL, 403))
    adding = panel(add, 200) if add else nobody
    changing = panel(change, 200) if change else nobody
    app, _separator, model = name.partition("_")
    return {
        f"admin:{name}_changelist": Row(panel(view, 200), panel(view, 200)),
        f"admin:{name}_add": Row(adding, adding),
        f"admin:{name}_history": Row(panel(view, 200), panel(view, 200)),
        f"admin:{name}_change": Row(panel(view, 200), changing),
        f"admin:{name}_delete": Row(panel(delete, 200), panel(delete, 302)) if delete else Row(nobody, nobody),
        # Redirects to the record's page, which asks for the right.
        f"admin/{app}/{model}/<path:object_id>/": Row(panel("staff", 302), panel("staff", 302)),
    }


def only_get(answers: Answers) -> Row:
    """A page to read: POST is not allowed, whoever asks and whatever the token."""
    return Row(answers, everyone(405))


def button(answers: Answers) -> Row:
    """A button of the panel: a GET is not allowed, of whoever is signed in."""
    return Row(panel("staff", 405), answers)


ROWS: dict[str, Row] = {
    # Check-in
    "checkin": Row(everyone(200), everyone(200)),
    "checkin-hosts": only_get(everyone(200)),
    # Where check-in is open everywhere, any code leads to it.
    "poster-scan": only_get(everyone(302)),
    # The two links
    "visitor-link": Row(visitor(200, other=302), visitor(200, other=302)),
    "visitor-live": Row(visitor(200), visitor(200)),
    "visitor-end": Row(visitor(200), visitor(302)),
    "visitor-chat": only_get(visitor(200)),
    "visitor-transcript": only_get(visitor(200)),
    "visitor-not-me": Row(visitor(200), visitor(302)),
    "host-link": Row(host(200), host(200)),
    "host-live": Row(host(200), host(200)),
    "host-end": Row(host(200), host(302)),
    "host-reply": Row(host(302), host(302)),
    "host-chat": only_get(host(200)),
    "host-transcript": only_get(host(200)),
    # For machines; without an account of Twilio, its webhook is not there.
    "twilio-status": Row(everyone(405), everyone(404)),
    "healthz": only_get(everyone(200)),
    "readyz": only_get(everyone(200)),
    "statusz": only_get(everyone(200)),
    # There for the addresses that a setting names, and none is named.
    "metrics": only_get(everyone(404)),
    # The panel
    "admin:login": Row(everyone(200, **dict.fromkeys(PANEL, 302)), everyone(200)),
    "admin:logout": Row(everyone(302, **dict.fromkeys(PANEL, 405)), everyone(302, **dict.fromkeys(PANEL, 200))),
    "admin:index": Row(panel("staff", 200), panel("staff", 200)),
    "admin:app_list": Row(panel("reception", 200, without=404), panel("reception", 200, without=404)),
    "admin:dashboard": Row(panel("staff", 200), panel("staff", 200)),
    "admin:password_change": Row(panel("staff", 200), panel("staff", 200)),
    "admin:password_change_done": Row(panel("staff", 200), panel("staff", 405)),
    "admin:jsi18n": Row(panel("staff", 200), panel("staff", 405)),
    # No form of the panel has a field that completes.
    "admin:autocomplete": Row(everyone(LOGIN, **dict.fromkeys(PANEL, 403)), panel("staff", 405)),
    "admin:view_on_site": Row(panel("staff", 404), panel("staff", 404)),
    "admin/(?P<url>.*)$": Row(panel("staff", 404), panel("staff", 404)),
    "admin:poster": Row(panel("staff", 200), panel("staff", 200)),
    "admin:poster-renew": Row(panel("manager", 200), panel("manager", 302)),
    "admin:setup": Row(panel("manager", 200), panel("manager", 200)),
    "admin:setup-site": Row(panel("manager", 302), panel("manager", 302)),
    "admin:setup-tests": Row(panel("manager", 200), panel("manager", 200)),
    # Roll call. The service worker is a script without data, which the browser fetches by itself.
    "admin:roll-call": Row(panel("reception", 200), panel("reception", 200)),
    "admin:roll-call-worker": only_get(everyone(200)),
    "admin:roll-call-start": button(panel("reception", 302)),
    "admin:roll-call-report": Row(panel("reception", 200), panel("reception", 200)),
    "admin:roll-call-ticks": Row(panel("reception", 200), panel("reception", 302)),
    "admin:roll-call-end": button(panel("reception", 302)),
    **record("rollcall_rollcall", view="reception"),
    # Hosts. The one of the table has a visitor, and so is not deleted.
    **record("hosts_host", view="reception", add="manager", change="manager"),
    "admin:hosts_host_delete": Row(panel("manager", 200), panel("manager", 200)),
    "admin:hosts_host_import": Row(panel("manager", 200), panel("manager", 200)),
    "admin:hosts_host_import_template": Row(panel("manager", 200), panel("manager", 200)),
    # An import that is not there any more: it redirects to the first step.
    "admin:hosts_host_one_import": Row(panel("manager", 302), panel("manager", 302)),
    "admin:import-progress": Row(panel("manager", 302), panel("manager", 302)),
    "admin:hosts_host_export": Row(panel("manager", 200), panel("manager", 200)),
    "admin:host-test": Row(panel("manager", 200), panel("manager", 302)),
    # Appointments
    **record("appointments_appointment", view="reception"),
    "admin:appointments_appointment_end": button(panel("reception", 302)),
    "admin:appointments_appointment_details": button(panel("reception", 302)),
    "admin:appointments_appointment_links": Row(panel("manager", 200), panel("manager", 200)),
    "admin:transcript": Row(panel("manager", 200), panel("manager", 200)),
    "admin:appointments_appointment_csv": Row(panel("manager", 200), panel("manager", 200)),
    "admin:appointments_appointment_xlsx": Row(panel("manager", 200), panel("manager", 200)),
    # Messages, screens, the log, the office
    **record("notifications_notification", view="manager"),
    "admin:notifications_notification_send_again": button(panel("reception", 302)),
    **record("kiosks_kiosk", view="manager", add="manager", change="manager", delete="manager"),
    **record("admin_logentry", view="manager"),
    **record("offices_office", view="manager", change="manager"),
    "admin:offices_office_changelist": Row(panel("manager", 302), panel("manager", 302)),
    # The login's further ways and steps. The second step is for whoever has just given the right password.
    "admin:login-second": Row(everyone(LOGIN), everyone(LOGIN)),
    "admin:login-passkey": Row(everyone(405), everyone(403)),
    "admin:login-passkey-options": only_get(everyone(200)),
    "admin:password-reset": Row(everyone(200), everyone(200)),
    "admin:password-reset-sent": Row(everyone(200), everyone(200)),
    "admin:password-set": Row(everyone(200), everyone(200)),
    # Says that the link is not good.
    "admin:password-new": Row(everyone(200), everyone(200)),
    # Everybody's own account
    "admin:account": Row(panel("staff", 200), panel("staff", 200)),
    "admin:account-confirm": Row(panel("staff", 200), panel("staff", 200)),
    "admin:account-app": Row(panel("staff", 200), panel("staff", 200)),
    "admin:account-app-remove": button(panel("staff", ACCOUNT)),
    "admin:account-passkey": Row(panel("staff", 200), panel("staff", 200)),
    "admin:account-passkey-options": Row(panel("staff", 200), panel("staff", 405)),
    "admin:account-passkey-remove": button(panel("staff", 404)),
    "admin:account-codes": button(panel("staff", ACCOUNT)),
    "admin:account-session-end": button(panel("staff", ACCOUNT)),
    # Logins: the one that is asked for is none.
    **record("accounts_event", view="manager"),
    "admin:accounts_event_history": Row(panel("staff", 302), panel("staff", 302)),
    "admin:accounts_event_change": Row(panel("manager", 302), everyone(LOGIN, **dict.fromkeys(PANEL, 403))),
    # Accounts
    **record("auth_group", view="superuser", add="superuser", change="superuser", delete="superuser"),
    **record("auth_user", view="superuser", add="superuser", change="superuser", delete="superuser"),
    "admin:auth_user_password_change": Row(panel("superuser", 200), panel("superuser", 200)),
}

# All that opens to a manager who needs a second factor and has none yet.
WITHOUT_SECOND_FACTOR = {
    "admin:login",
    "admin:logout",
    "admin:login-second",
    "admin:login-passkey",
    "admin:login-passkey-options",
    "admin:password-reset",
    "admin:password-reset-sent",
    "admin:password-set",
    "admin:password-new",
    "admin:password_change",
    "admin:password_change_done",
    "admin:account",
    "admin:account-confirm",
    "admin:account-app",
    "admin:account-passkey",
    "admin:account-passkey-options",
    "admin:account-session-end",
    "admin:jsi18n",
    "admin:roll-call-worker",
}

# What a POST sends, by the name of the URL; any other sends an empty form.
FORMS: dict[str, dict[str, str]] = {
    "host-reply": {"reply": "on_my_way"},
    "admin:*_delete": {"post": "yes"},
}

# Pages of the panel that browsers may keep, because there is nothing of a person on them.
WITHOUT_DATA = {
    "admin:roll-call-worker",
    "admin:jsi18n",
    "admin:password_change",
    "admin:password_change_done",
    "admin:password-reset-sent",
    "admin:password-set",
}
# Refusals that are counted and written down.
RECORDED = {"admin:login-passkey"}

OPEN, REFUSED = "open", "refused"
SOCKETS: dict[str, Answers] = {
    "checkin-socket": everyone(OPEN),
    "visitor-socket": everyone(REFUSED, visitor=OPEN, other_visitor=OPEN),
    "host-socket": everyone(REFUSED, host=OPEN),
    # Any other path.
    "": everyone(REFUSED),
}
