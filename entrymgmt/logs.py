"""What every log line leaves out: the keys that links are, and how people are reached.

Every record is cleaned when it is made, so it makes no difference which program logs, and which handlers and formatters
an operator adds. Daphne writes its access log past logging, so that is cleaned, too.
"""

from __future__ import annotations

import logging
import logging.config
import re
import traceback
from typing import Any

from daphne.access import AccessLogGenerator

from core.tokens import masked

# A token by itself, as `core.converters.TokenConverter` knows it: 22 characters with letters of both cases, which all
# but two in a hundred thousand random tokens have.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{22}(?![\w-])")
# A signature, a key of a provider, or the secret part of a link to set a new password.
_SECRET = re.compile(
    r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Za-z0-9_-]{27,}|\b[a-z0-9]{6,7}-[0-9a-f]{32}\b"
)
# It begins only where a word does, so that a long text costs no more than its length.
_EMAIL = re.compile(r"""("[^"\n]*"|(?<![^\s@<>"'(),;:=\[\]])[^\s@<>"'(),;:=\[\]]+)@(\[[^\]\n]*\]|\w[\w.-]*)""")
_PHONE = re.compile(r"\+\d[\d ()-]{5,}\d")

# Of a request that is refused, nobody needs more than this; whoever sends many would fill the log.
_MAX_REFUSAL_LENGTH = 300
# What records have without `extra`.
_PLAIN = {*logging.makeLogRecord({}).__dict__, "message", "asctime"}


def without_secrets(text: str) -> str:
    """The text with a dash in place of each token, key, email address and phone number."""
    text = masked(text, "-")
    for pattern in (_EMAIL, _TOKEN, _SECRET, _PHONE):
        text = pattern.sub("-", text)
    return text


class CleanRecord(logging.LogRecord):
    """A record that has no token, key, address or number in its message, its arguments, its traceback or its extras.

    A refused request is one short line without a traceback, because it is no fault of the product.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        composed = self._composed
        cleaned = without_secrets(composed)
        if self._is_refusal:
            self.exc_info = None
            cleaned = " ".join(cleaned.split())[:_MAX_REFUSAL_LENGTH]
        if cleaned != composed:
            self.msg, self.args = cleaned, ()
        if self.exc_info and self.exc_info[0]:
            trace = "".join(traceback.format_exception(*self.exc_info)).rstrip("\n")
            if (cleaned := without_secrets(trace)) != trace:
                # The exception itself would let a handler write what it says.
                self.exc_info, self.exc_text = None, cleaned

    def getMessage(self) -> str:  # noqa: N802  a name of logging
        """The message. Every formatter asks for it first; what was given as `extra` is cleaned then, as text."""
        for name in self.__dict__.keys() - _PLAIN:
            if not isinstance(self.__dict__[name], int | float | None):
                self.__dict__[name] = without_secrets(str(self.__dict__[name]))
        return super().getMessage()

    @property
    def _is_refusal(self) -> bool:
        by_django = self.name == "django.request" and self.levelno < logging.ERROR
        return by_django or self.name.startswith("django.security.")

    @property
    def _composed(self) -> str:
        """The message with its arguments, also when these do not fit: logging itself would print them uncleaned."""
        try:
            return super().getMessage()
        except (TypeError, ValueError, KeyError):
            return f"{self.msg} {self.args}"


def configure(settings: dict[str, Any]) -> None:
    """Set logging up by these `settings` (`logging.config.dictConfig`), and let it and the access log write no secret.

    Warnings of Python are logged, too, instead of being printed.
    """
    logging.setLogRecordFactory(CleanRecord)
    logging.captureWarnings(capture=True)
    logging.config.dictConfig(settings)
    if not hasattr(AccessLogGenerator.write_entry, "__wrapped__"):
        AccessLogGenerator.write_entry = _clean_entry(AccessLogGenerator.write_entry)


def _clean_entry(write_entry: Any) -> Any:
    def written(self: AccessLogGenerator, host: Any, date: Any, request: str, **kwargs: Any) -> None:
        write_entry(self, host, date, without_secrets(request), **kwargs)

    written.__wrapped__ = write_entry  # type: ignore[attr-defined]
    return written
