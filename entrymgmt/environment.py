"""What the environment says: every setting of the product, read once and checked.

A wrong or half-given setting is a :class:`SettingError`: one sentence that names the setting and says why.
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import phonenumbers
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# Django warns below 50 characters (security.W009); a key that short can be guessed.
SECRET_KEY_LENGTH = 50


class SettingError(Exception):
    """One setting is wrong; the text is one sentence for the person who starts the program."""


@dataclass(frozen=True)
class Twilio:
    """The account that sends texts. `sender` is an E.164 number or a messaging service SID (`MG…`)."""

    account_sid: str
    auth_token: str
    sender: str
    api_url: str


class Environment:
    """Reads and checks the environment variables of `README.md`, section Settings."""

    def __init__(self, base_dir: Path) -> None:
        self._base_dir = base_dir
        self._env = environ.Env()
        if (base_dir / ".env").is_file():
            self._env.read_env(str(base_dir / ".env"))

    def text(self, name: str, default: str = "") -> str:
        """The value of `name` without surrounding space, or `default` when absent or empty."""
        return str(self._env.str(name, default="")).strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """The value of `name` as yes or no."""
        value = self.text(name).lower()
        if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
            return value in {"1", "true", "yes", "on"} if value else default
        raise SettingError(f"{name} must be true or false, but is “{value}”.")

    def number(self, name: str, default: int, unit: str) -> int:
        """The value of `name` as a whole number of this unit, one or more."""
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < 1:
            raise SettingError(f"{name} must be a whole number of {unit}, 1 or more, but is “{value}”.")
        return int(value)

    @property
    def secret_key(self) -> str:
        key = self.text("SECRET_KEY")
        if len(key) < SECRET_KEY_LENGTH:
            raise SettingError(
                f"SECRET_KEY must be a random text of {SECRET_KEY_LENGTH} characters or more, because it signs every "
                "session; script/server writes one into .env."
            )
        return key

    @property
    def site_url(self) -> str:
        """Scheme and authority that messages link to, such as `https://visit.example.com`, with no closing slash."""
        url = self.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
        try:
            parts = urlsplit(url)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if not valid or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise SettingError(f"SITE_URL must look like https://visit.example.com, but is “{url}”.")
        return url

    @property
    def allowed_hosts(self) -> list[str]:
        hosts = [host.strip() for host in self.text("ALLOWED_HOSTS").split(",") if host.strip()]
        if "*" in hosts:
            raise SettingError(
                "ALLOWED_HOSTS must name each host, because “*” would let any site open the chat sockets."
            )
        return hosts or [str(urlsplit(self.site_url).hostname), "localhost", "127.0.0.1", "[::1]"]

    @property
    def time_zone(self) -> str:
        name = self.text("TIME_ZONE", "UTC")
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingError(f"TIME_ZONE must be a name such as Asia/Kolkata, but is “{name}”.") from error
        return name

    @property
    def phone_region(self) -> str:
        region = self.text("PHONE_REGION").upper()
        if region and region not in phonenumbers.SUPPORTED_REGIONS:
            raise SettingError(f"PHONE_REGION must be a two-letter country code such as IN, but is “{region}”.")
        return region

    @property
    def reception_phone(self) -> str:
        """Reception's number in E.164, or an empty text."""
        number = self.text("RECEPTION_PHONE")
        if not number:
            return ""
        try:
            parsed = phonenumbers.parse(number, self.phone_region or None)
        except phonenumbers.NumberParseException as error:
            raise SettingError(
                f"RECEPTION_PHONE must be a phone number with its country code, but is “{number}”."
            ) from error
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    @property
    def database(self) -> dict[str, Any]:
        url = self.text("DATABASE_URL", f"sqlite:///{self._base_dir / 'db.sqlite3'}")
        scheme = url.partition(":")[0]
        if scheme not in {"sqlite", "postgres", "postgresql"}:
            raise SettingError(f"DATABASE_URL must begin with sqlite: or postgres:, but begins with “{scheme}”.")
        try:
            config: dict[str, Any] = self._env.db_url_config(url)
        except ValueError:
            config = {}
        if not config.get("NAME"):
            # What is wrong may be the password, so the value is not repeated.
            raise SettingError(
                "DATABASE_URL must look like postgres://user:password@127.0.0.1:5432/entry (characters such as @ or / "
                "in the password written as %40 or %2F)."
            )
        if scheme == "sqlite":
            # Concurrent writers fail at once with "database is locked" under Django's defaults.
            config["OPTIONS"] = config.get("OPTIONS", {}) | {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            }
            config["CONN_MAX_AGE"] = 600
        else:
            # A pool of the default size (4) starves under load; with a pool, CONN_MAX_AGE must be 0.
            config["OPTIONS"] = config.get("OPTIONS", {}) | {"pool": {"min_size": 2, "max_size": 16, "timeout": 10}}
            config["CONN_MAX_AGE"] = 0
        return config

    @property
    def redis_url(self) -> str:
        url = self.text("REDIS_URL")
        if url and url.partition(":")[0] not in {"redis", "rediss", "unix"}:
            raise SettingError("REDIS_URL must begin with redis:, rediss: or unix:.")
        return url

    @property
    def email(self) -> dict[str, Any]:
        """Django's EMAIL_* settings; the console when EMAIL_URL is absent."""
        url = self.text("EMAIL_URL", "consolemail://")
        try:
            config: dict[str, Any] = self._env.email_url_config(url)
        except (KeyError, ValueError, ImproperlyConfigured) as error:
            raise SettingError(
                "EMAIL_URL must look like smtp+tls://user:password@mail.example.com:587 (characters such as @ or / in "
                "the password written as %40 or %2F)."
            ) from error
        if "smtp" in config.get("EMAIL_BACKEND", "") and not config.get("EMAIL_HOST"):
            raise SettingError(
                "EMAIL_URL must name the mail server, as in smtp+tls://user:password@mail.example.com:587."
            )
        if bool(config.get("EMAIL_HOST_USER")) != bool(config.get("EMAIL_HOST_PASSWORD")):
            raise SettingError("EMAIL_URL must give both the user and the password of the mail server, or neither.")
        return {name: value for name, value in config.items() if name.startswith("EMAIL_") and value is not None}

    @property
    def default_from_email(self) -> str:
        address = self.text("DEFAULT_FROM_EMAIL")
        if not address:
            if self.text("EMAIL_URL").startswith("smtp"):
                raise SettingError("DEFAULT_FROM_EMAIL must be given with EMAIL_URL, because mail needs a sender.")
            address = f"reception@{urlsplit(self.site_url).hostname}"
        else:
            try:
                validate_email(parseaddr(address)[1])
            except ValidationError as error:
                raise SettingError(
                    f"DEFAULT_FROM_EMAIL must be an address such as reception@example.com, but is “{address}”."
                ) from error
        return address

    @property
    def twilio(self) -> Twilio | None:
        """The Twilio account, or None when no setting of it is given: texts then go to the console."""
        names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
        values = [self.text(name) for name in names]
        api_url = self.text("TWILIO_API_URL").rstrip("/")
        if not any([*values, api_url]):
            return None
        missing = [name for name, value in zip(names, values, strict=True) if not value]
        if missing:
            raise SettingError(
                f"{' and '.join(missing)} must be given too, because Twilio needs {', '.join(names)} together."
            )
        account_sid, auth_token, sender = values
        if not re.fullmatch(r"AC[0-9a-fA-F]{32}", account_sid):
            raise SettingError("TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits.")
        if not re.fullmatch(r"MG[0-9a-fA-F]{32}|\+[1-9][0-9]{6,14}", sender):
            raise SettingError(
                "TWILIO_FROM must be a number such as +14155550100 or a messaging service SID, MG followed by 32 "
                f"hexadecimal digits, but is “{sender}”."
            )
        if api_url and urlsplit(api_url).scheme not in {"http", "https"}:
            raise SettingError(f"TWILIO_API_URL must begin with http: or https:, but is “{api_url}”.")
        return Twilio(account_sid, auth_token, sender, api_url)
