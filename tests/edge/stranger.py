"""A client that sends arbitrary headers to the product, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


class Stranger:
    """A client that keeps cookies, follows no redirect, and adds its headers to every request."""

    def __init__(self, url: str, headers: Mapping[str, str], cookies: Mapping[str, str] | None = None) -> None:
        self._address = str(urlsplit(url).netloc)
        self._headers = dict(headers)
        self._cookies = dict(cookies or {})

    def ask(self, path: str, form: Mapping[str, object] | None = None) -> tuple[int, Message, str]:
        """GET this path, or POST the form to it; return the status, the headers and the text of the response."""
        connection = HTTPConnection(self._address, timeout=60)
        headers = {**self._headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def send(self, page: str, path: str, form: Mapping[str, object]) -> tuple[int, Message, str]:
        """Open `page`, and POST the form to `path` with the page's CSRF token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask(page)[2])
        assert token is not None, f"{page} has no form"
        return self.ask(path, {**form, "csrfmiddlewaretoken": token[1]})
