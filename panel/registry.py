"""The registry of the host panel: one entry for each kind of record, and one for each page of its own.

A record's entry is the only place that defines its admin class, its name in the menu, the sections of its page and the
permissions of each group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.admin import EventAdmin
from accounts.models import Event
from accounts.views import account, confirm, login, password
from appointments.models import Appointment
from appointments.records import export
from appointments.records.admin import AppointmentAdmin, appointments_held, what_to_do
from chat.admin import conversation, transcript
from chat.models import Message
from core.admin import Section
from hosts.admin import HostAdmin
from hosts.exchange import pages as exchange
from hosts.models import Host
from kiosks.admin import KioskAdmin, poster, renew_poster
from kiosks.models import Kiosk, Poster
from notifications.admin import NotificationAdmin, message_text, notifications_about
from notifications.models import Notification
from offices.models import Office
from panel import dashboard, diagnostics, setup
from panel.changelog import LogEntryAdmin
from panel.office import OfficeAdmin
from rollcall import views as rollcall
from rollcall.admin import RollCallAdmin
from rollcall.models import RollCall

MANAGERS = "Office managers"
RECEPTION = "Reception"


@dataclass(frozen=True)
class Record:
    """A kind of record. Without an `admin` it has no pages of its own. One that is a subclass of what Django registers
    is named by its path, since it can be imported only once the site exists.

    `rights` contains each group's actions; the action `view` is the permission `view_<model>`. `confirmed` and
    `downloads` are the pages, such as `add`, that open only to whoever has just said who they are; after that, a person
    who wanted a download comes to the list.
    """

    model: type[Model]
    admin: type[Any] | str | None = None
    menu: str | Promise = ""
    sections: Sequence[Section] = ()
    rights: dict[str, set[str]] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    downloads: frozenset[str] = frozenset()

    def url_name(self, page: str) -> str:
        """The URL name of one of its pages, without the namespace."""
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}_{page}"

    def codenames(self, group: str) -> set[str]:
        """The codenames of this group's permissions on these records."""
        return {f"{action}_{self.model._meta.model_name}" for action in self.rights.get(group, ())}


@dataclass(frozen=True)
class Page:
    """A page of its own, or the target of a button, at `/admin/<path>`; its URL name is `admin:<name>`.

    The menu lists it as `menu` for users with `right`; its view must check the permission itself. An `open` page needs
    no login. A `background` page is fetched by open pages themselves, so it does not count as use of the session. A
    `confirmed` page opens only to whoever has just said who they are. An `own_account` page also opens to those who
    have yet to add the second factor that they need.
    """

    path: str
    view: Callable[..., HttpResponseBase]
    name: str
    menu: str | Promise = ""
    right: str = ""
    open: bool = False
    background: bool = False
    confirmed: bool = False
    own_account: bool = False

    def is_in_menu_of(self, request: HttpRequest) -> bool:
        """Whether the menu lists it for this user."""
        return bool(self.menu) and request.user.has_perm(self.right)


# Every page about accounts, for whoever can change one can be anybody.
ACCOUNTS = frozenset({"changelist", "add", "change", "delete", "history", "password_change"})

# In the order of the menu.
RECORDS = (
    Record(
        Host,
        HostAdmin,
        _("Hosts"),
        [appointments_held, diagnostics.host_test_section],
        {MANAGERS: {"view", "add", "change", "delete", "export"}, RECEPTION: {"view"}},
        confirmed=frozenset({"export"}),
    ),
    Record(
        Appointment,
        AppointmentAdmin,
        _("Appointments"),
        [what_to_do, notifications_about, conversation],
        {MANAGERS: {"view", "end", "export", "renew_links"}, RECEPTION: {"view", "end"}},
        confirmed=frozenset({"links"}),
        downloads=frozenset(export.FORMATS),
    ),
    Record(
        RollCall,
        RollCallAdmin,
        _("Roll calls"),
        rights={MANAGERS: {"view", "take"}, RECEPTION: {"view", "take"}},
    ),
    Record(
        Notification,
        NotificationAdmin,
        _("Notifications"),
        [message_text],
        # What a message says, such as a part of a chat, is not for Reception.
        {MANAGERS: {"view", "see_delivery", "send_again"}, RECEPTION: {"see_delivery", "send_again"}},
    ),
    Record(Kiosk, KioskAdmin, _("Reception screens"), rights={MANAGERS: {"view", "add", "change", "delete"}}),
    Record(Poster, rights={MANAGERS: {"renew"}}),
    Record(LogEntry, LogEntryAdmin, _("Change log"), rights={MANAGERS: {"view"}}),
    Record(Office, OfficeAdmin, _("Office"), rights={MANAGERS: {"view", "change"}}),
    Record(Event, EventAdmin, _("Logins"), rights={MANAGERS: {"view"}}),
    Record(User, "accounts.people.AccountAdmin", _("Accounts"), confirmed=ACCOUNTS),
    Record(Group, "accounts.people.AccountGroupAdmin", _("Groups"), confirmed=ACCOUNTS),
    Record(Message, rights={MANAGERS: {"view"}}),
)

PAGES = (
    Page("dashboard/", dashboard.fragment, "dashboard", background=True),
    Page("hosts/host/<int:pk>/test/", diagnostics.test_host, "host-test"),
    Page("hosts/host/import/<int:pk>/progress/", exchange.progress, "import-progress", background=True),
    Page("appointments/appointment/<int:pk>/transcript/", transcript, "transcript"),
    Page("roll-call/", rollcall.roll_call, "roll-call"),
    Page("roll-call/worker.js", rollcall.worker, "roll-call-worker", open=True),
    Page("roll-call/start/", rollcall.start, "roll-call-start"),
    Page("roll-call/<int:pk>/", rollcall.report, "roll-call-report"),
    # A page on which a roll call is going on keeps the session open: nobody shall have to log in during an evacuation.
    Page("roll-call/<int:pk>/ticks/", rollcall.ticks, "roll-call-ticks"),
    Page("roll-call/<int:pk>/end/", rollcall.end, "roll-call-end"),
    Page("setup/", setup.setup, "setup", menu=_("Set-up"), right=setup.RIGHT),
    Page("setup/site/", setup.site_test, "setup-site"),
    Page("setup/tests/", setup.tests, "setup-tests", background=True),
    Page("poster/", poster, "poster"),
    Page("poster/renew/", renew_poster, "poster-renew"),
    Page("login/second/", login.second, "login-second", open=True),
    Page("login/passkey/", login.passkey, "login-passkey", open=True),
    Page("login/passkey/options/", login.passkey_options, "login-passkey-options", open=True),
    Page("password-reset/", password.ask, "password-reset", open=True),
    Page("password-reset/sent/", password.sent, "password-reset-sent", open=True),
    Page("password-reset/done/", password.done, "password-set", open=True),
    Page("password-reset/<uidb64>/<token>/", password.NewPassword.as_view(), "password-new", open=True),
    Page("account/", account.account, "account", own_account=True),
    Page("account/confirm/", confirm.confirm, "account-confirm", own_account=True),
    Page("account/app/", account.app, "account-app", confirmed=True, own_account=True),
    Page("account/app/remove/", account.remove_app, "account-app-remove", confirmed=True),
    Page("account/passkey/", account.add_passkey, "account-passkey", confirmed=True, own_account=True),
    Page(
        "account/passkey/options/",
        account.passkey_options,
        "account-passkey-options",
        confirmed=True,
        own_account=True,
    ),
    Page("account/passkey/<int:pk>/remove/", account.remove_passkey, "account-passkey-remove", confirmed=True),
    Page("account/codes/", account.codes, "account-codes", confirmed=True),
    Page("account/sessions/end/", account.end_session, "account-session-end", own_account=True),
)

# URL names, as the gate asks for them. Django Admin’s own pages of the panel’s door, and its words for scripts, need no
# session either.
OPEN = {"login", "logout", "jsi18n"} | {page.name for page in PAGES if page.open}
OWN_ACCOUNT = {"password_change", "password_change_done"} | {page.name for page in PAGES if page.own_account}
BACKGROUND = {page.name for page in PAGES if page.background}
DOWNLOADS = {
    record.url_name(page): f"admin:{record.url_name('changelist')}" for record in RECORDS for page in record.downloads
}
CONFIRMED = {
    *(page.name for page in PAGES if page.confirmed),
    *(record.url_name(page) for record in RECORDS for page in record.confirmed),
    *DOWNLOADS,
}
