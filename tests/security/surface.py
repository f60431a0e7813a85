"""What there is to attack: every path, every form that a page has, every socket; and the inputs for them."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, quote_plus, urljoin

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.utils import get_random_secret_key
from django.test import Client
from hypothesis import strategies as st

from notifications.models import Notification
from tests.security import strange
from tests.security.roles import UNKNOWN_TOKEN, text_of
from tests.security.urls import every_socket, every_url, make_world
from tests.security.wire import Request, Wire

CSRF_SECRET = "A" * 32
# Signs the person out with whom everything else is tried.
_LEFT_OUT = {"/admin/logout/"}
_METHODS = ["GET"] * 6 + ["POST"] * 3 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "get", "BREW"]
# What views and Django's lists read from a query, besides the names of filters.
_NAMES = [
    "q", "o", "p", "e", "all", "page", "from", "to", "next", "_popup", "_to_field", "_changelist_filters", "app_label",
    "model_name", "field_name", "term", "host", "kind", "is_active__exact", "presence__exact", "state__exact",
    "channel",
    "audience__exact", "id__in", "started_at__gte", "started_at__year", "host_name__regex", "notification",
    "attempt", "code",
]  # fmt: skip


def _rarely(draw: Any, one_in: int) -> bool:
    """True once in so many draws. Not for the smallest number, which hypothesis draws far more often."""
    return bool(draw(st.integers(1, one_in)) == one_in // 2 + 1)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and its fields with the values that the page gives them."""

    action: str
    fields: tuple[tuple[str, str], ...]


class _Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page
        self._action: str | None = None
        self._fields: dict[str, str] = {}
        self.found: set[Form] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._action = (
                urljoin(self._page, given.get("action") or "")
                if (given.get("method") or "").lower() == "post"
                else None
            )
            self._fields = {}
        elif self._action and tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._fields[str(given["name"])] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._action and self._action not in _LEFT_OUT:
            self.found.add(Form(self._action, tuple(self._fields.items())))
            self._action = None


def forms_of(path: str, html: str) -> list[Form]:
    """The forms of this page that are sent by POST, but for the one that signs out."""
    parser = _Forms(path)
    parser.feed(html)
    return sorted(parser.found, key=lambda form: (form.action, form.fields))


class Surface:
    """All that can be reached, with a superuser and both links of a visit and of a chat."""

    def __init__(self, wire: Wire, twilio_token: str) -> None:
        self.wire = wire
        self._twilio_token = twilio_token
        self.tokens: set[str] = set()
        self.renew()

    def renew(self) -> None:
        """Start again with a fresh visit, chat and account: what was tried before may have ended them."""
        self._world = make_world()
        client = Client(SERVER_NAME=self.wire.site)
        client.force_login(User.objects.create_superuser(get_random_secret_key()))
        self._session = client.cookies[settings.SESSION_COOKIE_NAME].value
        world = self._world
        held = [getattr(visit, f"{role}_token") for visit in (world.visit, world.other) for role in ("visitor", "host")]
        self.tokens.update(held)
        tokens = [*held, UNKNOWN_TOKEN]
        paths = sorted({url.path(world.values(url, token)) for url in every_url() for token in tokens})
        sockets = sorted({url.path(world.values(url, token)) for url in every_socket() for token in tokens})
        self._notifications = [str(pk) for pk in Notification.objects.order_by("-pk").values_list("pk", flat=True)[:20]]
        secure = settings.SITE_URL.startswith("https:")
        forms: set[Form] = set()
        found: list[str] = []
        for path in paths:
            page = client.get(path, secure=secure)
            if page.status_code < 400:
                found.append(path)
            forms.update(forms_of(path, text_of(page)))
        self._forms = sorted(forms, key=lambda form: (form.action, form.fields))
        opened = [path for path in sockets if self.wire.talk(path.encode(), self._headers(signed_in=False), []) == 101]
        # Mostly those that this person may open, and sometimes any.
        self._paths = st.one_of(*[st.sampled_from(found)] * 4, st.sampled_from(paths))
        self._sockets = st.one_of(*[st.sampled_from(opened)] * 4, st.sampled_from(sockets))

    def _headers(self, *, signed_in: bool) -> list[tuple[bytes, bytes]]:
        cookies = f"{settings.CSRF_COOKIE_NAME}={CSRF_SECRET}"
        if signed_in:
            cookies += f"; {settings.SESSION_COOKIE_NAME}={self._session}"
        return [
            (b"Host", self.wire.site.encode()),
            (b"Origin", str(settings.SITE_URL).encode()),
            (b"Cookie", cookies.encode()),
            (b"Connection", b"close"),
        ]

    def request(self, draw: Any) -> Request:
        """One request, by hypothesis's `draw`: a path, a form, a report of Twilio, or bytes of any kind."""
        kind = draw(st.sampled_from(["path", "path", "form", "form", "form", "body", "report"]))
        signed_in = not _rarely(draw, 5)
        headers = self._headers(signed_in=signed_in)
        if kind == "form":
            form = draw(st.sampled_from(self._forms))
            return self._filled(draw, form, headers)
        if kind == "report":
            return self._report(draw, headers)
        target = draw(self._paths) + draw(
            st.sampled_from(["", "", "", "", "", "", "", "", "/", "?", "%00", "%ff", "..;/", "//", "#"])
        )
        if _rarely(draw, 10):
            target = "/" + quote(draw(strange.texts()).encode("utf-8", "surrogatepass")) + "/"
        if query := draw(strange.queries(_NAMES)):
            target += f"?{query}"
        method = draw(st.sampled_from(_METHODS))
        body = (
            draw(strange.json_texts()).encode("utf-8", "surrogatepass") if kind == "body" or method == "POST" else b""
        )
        if body:
            headers += [
                (b"Content-Type", draw(strange.content_types()).encode()),
                (b"X-CSRFToken", CSRF_SECRET.encode()),
            ]
        return self._sized(draw, Request(method.encode(), target.encode(), headers, body))

    def _filled(self, draw: Any, form: Form, headers: list[tuple[bytes, bytes]]) -> Request:
        """A form in which some fields have strange values, are missing, or come twice."""
        fields = [(quote_plus(name), quote_plus(value)) for name, value in form.fields if name != "csrfmiddlewaretoken"]
        for _change in range(draw(st.integers(1, 3))):
            if fields:
                place = draw(st.integers(0, len(fields) - 1))
                changed = (fields[place][0], draw(strange.escaped()))
                kept = {"replaced": [changed], "repeated": [fields[place], changed], "missing": []}
                fields[place : place + 1] = kept[
                    draw(st.sampled_from(["replaced", "replaced", "replaced", "repeated", "missing"]))
                ]
        fields.append(("csrfmiddlewaretoken", CSRF_SECRET))
        as_parts = _rarely(draw, 5)
        if as_parts:
            part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
            body = "".join(part.format(*field) for field in fields) + "--x--\r\n"
        else:
            body = "&".join(f"{name}={value}" for name, value in fields)
        kind = "multipart/form-data; boundary=x" if as_parts else "application/x-www-form-urlencoded"
        if _rarely(draw, 10):
            kind = draw(strange.content_types())
        headers.append((b"Content-Type", kind.encode()))
        return self._sized(draw, Request(b"POST", quote(form.action, safe="/?=&%").encode(), headers, body.encode()))

    def _report(self, draw: Any, headers: list[tuple[bytes, bytes]]) -> Request:
        """A status callback that Twilio has signed (https://www.twilio.com/docs/usage/security)."""
        statuses = st.sampled_from(["sent", "delivered", "undelivered", "failed", "read", ""])
        fields = {
            "MessageSid": draw(strange.texts()),
            "MessageStatus": draw(statuses),
            "ErrorCode": draw(strange.texts()),
        }
        whole = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
        keys = st.one_of(st.sampled_from(self._notifications), strange.escaped())
        attempts = st.one_of(st.just("1"), strange.escaped())
        target = f"/webhooks/twilio/status/?notification={draw(keys)}&attempt={draw(attempts)}"
        signed = settings.SITE_URL + target + "".join(name + whole[name] for name in sorted(whole))
        digest = hmac.digest(self._twilio_token.encode(), signed.encode(), "sha1")
        headers += [
            (b"X-Twilio-Signature", base64.b64encode(digest)),
            (b"Content-Type", b"application/x-www-form-urlencoded"),
        ]
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in whole.items()).encode()
        return self._sized(draw, Request(b"POST", target.encode(), headers, body))

    def _sized(self, draw: Any, request: Request) -> Request:
        """The same with a length, and sometimes with strange headers, or broken off."""
        if _rarely(draw, 3):
            request.headers += draw(strange.headers())
        size = len(request.body)
        if size and _rarely(draw, 20):
            size += 10
            request.breaks_off = True
        if request.body:
            request.headers.append((b"Content-Length", str(size).encode()))
        return request

    def conversation(self, draw: Any) -> tuple[bytes, list[tuple[bytes, bytes]], list[tuple[int, bytes]]]:
        """A socket with its headers, and the frames to send to it."""
        target = draw(self._sockets) + draw(st.sampled_from(["", "", "", "", "x", "/", "?a=%ff"]))
        headers = self._headers(signed_in=False)
        if _rarely(draw, 6):
            headers += draw(strange.headers())
        return target.encode(), headers, draw(st.lists(strange.frames(), min_size=1, max_size=6))
