"""Reads every setting of the product from the environment, once, and validates it.

An invalid or incomplete setting raises :class:`SettingError`: one sentence that names the setting and the reason.
"""

from __future__ import annotations

import re
import zlib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import environ
import phonenumbers
from django.core.exceptions import ImproperlyConfigured, ValidationError

from core.emails import validate_plain_email
from core.phones import to_e164, validate_regions
from core.text import one_line

# Django warns below 50 characters (security.W009), because a shorter key can be guessed.
SECRET_KEY_LENGTH = 50
# What is left of a key, in bytes, when what repeats in it is taken out (DEFLATE, RFC 1951). Of 50 random characters it
# is about 50, of as many random digits 36 or more; of a repeated word or the alphabet twice it is 31 or less.
SECRET_KEY_CONTENT = 32
HOW_TO_MAKE_A_KEY = "make one by: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
# Found in the keys of examples and templates, and by chance in one of many million random ones.
EXAMPLE_KEY = re.compile("insecure|example|change.?(me|this)|your.?(secret|key)|secret.?key", re.IGNORECASE)
# The settings that NAME_FILE may give instead, so that they stand in no environment and no `.env`.
SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "TWILIO_AUTH_TOKEN",
)
MAX_NAME_LENGTH = 120


class SettingError(Exception):
    """A setting is invalid; the text is one sentence for the person who starts the program."""


@dataclass(frozen=True)
class Twilio:
    """The account that sends texts. `sender` is an E.164 number or a messaging service SID (`MG…`)."""

    account_sid: str
    auth_token: str
    sender: str
    api_url: str


class Environment:
    """Reads and checks the environment variables of `README.md`, section Settings."""

    # The environment variable of each field of the office; a variable that is set fixes its field.
    office_variables: ClassVar = {
        "name": "ORGANISATION_NAME",
        "time_zone": "TIME_ZONE",
        "phone_region": "PHONE_REGION",
        "reception_phone": "RECEPTION_PHONE",
        "reception_email": "RECEPTION_EMAIL",
        "link_retention_days": "LINK_RETENTION_DAYS",
        "chat_wait_seconds": "CHAT_WAIT_SECONDS",
        "sms_regions": "SMS_REGIONS",
    }

    def __init__(self, base_dir: Path) -> None:
        self._base_dir = base_dir
        self._env = environ.Env()
        if (base_dir / ".env").is_file():
            self._env.read_env(str(base_dir / ".env"))

    def text(self, name: str, default: str = "") -> str:
        """The value of `name` without surrounding whitespace, or `default` when it is absent or empty."""
        value = str(self._env.str(name, default="")).strip()
        if name in SECRETS and (file := str(self._env.str(f"{name}_FILE", default="")).strip()):
            if value:
                raise SettingError(f"{name} and {name}_FILE are both given, but only one of them can count.")
            value = _contents(f"{name}_FILE", file)
        return value or default

    def flag(self, name: str, *, default: bool) -> bool:
        """The value of `name` as a boolean, or `default` when it is absent or empty."""
        value = self.text(name).lower()
        if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
            return value in {"1", "true", "yes", "on"} if value else default
        raise SettingError(f"{name} must be true or false, but is “{value}”.")

    def number(self, name: str, unit: str, most: int) -> int:
        """The value of `name` as a whole number from 1 to `most`; `unit` is for the error message."""
        value = self.text(name)
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise SettingError(
                f"{name} must be a whole number of {unit}, 1 or more and {most} at most, but is “{value}”."
            )
        return int(value)

    @property
    def secret_key(self) -> str:
        return _checked_key("SECRET_KEY", self.text("SECRET_KEY"))

    @property
    def secret_key_fallbacks(self) -> list[str]:
        """Earlier keys, whose signatures still count, the newest first."""
        keys = self.text("SECRET_KEY_FALLBACKS").replace(",", " ").split()
        return [_checked_key("SECRET_KEY_FALLBACKS", key) for key in keys]

    @property
    def debug(self) -> bool:
        debug = self.flag("DEBUG", default=False)
        if debug and self.site_url.startswith("https:"):
            raise SettingError(
                "DEBUG must be false when SITE_URL begins with https:, because its error pages show everybody what the "
                "program knows."
            )
        return debug

    @property
    def hsts(self) -> str:
        """How far browsers apply HSTS (RFC 6797): to the `host` alone, its `subdomains`, or for `preload` lists."""
        scope = self.text("HSTS", "host").lower()
        if scope not in {"host", "subdomains", "preload"}:
            raise SettingError(f"HSTS must be host, subdomains or preload, but is “{scope}”.")
        return scope

    @property
    def site_url(self) -> str:
        """Scheme and authority of links in messages, such as `https://visit.example.com`, without a trailing slash."""
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
    def trusted_proxies(self) -> list[IPv4Network | IPv6Network]:
        """The networks of the trusted proxies, which may report the client's address; none by default."""
        return self._networks("TRUSTED_PROXIES")

    @property
    def metrics_allow(self) -> list[IPv4Network | IPv6Network]:
        """The networks of those who may read the figures for Prometheus; none by default."""
        return self._networks("METRICS_ALLOW")

    def _networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """The value of `name` as addresses and networks, separated by commas; none when it is absent or empty."""
        values = [value.strip() for value in self.text(name).split(",") if value.strip()]
        try:
            return [ip_network(value, strict=False) for value in values]
        except ValueError as error:
            raise SettingError(
                f"{name} must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, separated by commas, "
                f"but is “{self.text(name)}”."
            ) from error

    @property
    def check_in(self) -> str:
        """Where visitors may check in: `everywhere`, or on reception `screens` and with the poster alone."""
        value = self.text("CHECK_IN", "everywhere").lower()
        if value not in {"everywhere", "screens"}:
            raise SettingError(f"CHECK_IN must be everywhere or screens, but is “{value}”.")
        return value

    @property
    def second_factor_required(self) -> bool:
        """Whether office managers and superusers need a second factor: by default, wherever the site has https."""
        value = self.text("SECOND_FACTOR", "required" if self.site_url.startswith("https:") else "optional").lower()
        if value not in {"required", "optional"}:
            raise SettingError(f"SECOND_FACTOR must be required or optional, but is “{value}”.")
        return value == "required"

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
        """Reception's number in E.164, or an empty string."""
        number = self.text("RECEPTION_PHONE")
        if not number:
            return ""
        try:
            return to_e164(number, self.phone_region)
        except ValueError as error:
            raise SettingError(
                f"RECEPTION_PHONE must be a phone number with its country code, but is “{number}”."
            ) from error

    @property
    def _reception_email(self) -> str:
        email = self.text("RECEPTION_EMAIL")
        try:
            validate_plain_email(email)
        except ValidationError as error:
            raise SettingError(
                f"RECEPTION_EMAIL must be an address such as reception@example.com, but is “{email}”."
            ) from error
        return email

    @property
    def office(self) -> dict[str, Any]:
        """The office settings that the environment fixes, by field; the panel cannot change them."""
        read: dict[str, Callable[[], Any]] = {
            "name": lambda: self._office_name,
            "time_zone": lambda: self.time_zone,
            "phone_region": lambda: self.phone_region,
            "reception_phone": lambda: self.reception_phone,
            "reception_email": lambda: self._reception_email,
            "link_retention_days": lambda: self.number("LINK_RETENTION_DAYS", "days", 3650),
            "chat_wait_seconds": lambda: self.number("CHAT_WAIT_SECONDS", "seconds", 3600),
            "sms_regions": lambda: self._sms_regions,
        }
        return {field: read[field]() for field, name in self.office_variables.items() if self.text(name)}

    @property
    def _office_name(self) -> str:
        name = one_line(self.text("ORGANISATION_NAME"))
        if not name or len(name) > MAX_NAME_LENGTH:
            raise SettingError(f"ORGANISATION_NAME must be a name of {MAX_NAME_LENGTH} characters or fewer.")
        return name

    @property
    def _sms_regions(self) -> str:
        regions = self.text("SMS_REGIONS")
        try:
            validate_regions(regions)
        except ValidationError as error:
            raise SettingError(
                f"SMS_REGIONS must be country codes such as IN,GB, or * for every country, but is “{regions}”."
            ) from error
        return regions

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
            # The password may be the invalid part, so the message does not repeat the value.
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
            # A pool of the default size (4) is exhausted under load; with a pool, CONN_MAX_AGE must be 0.
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
        """Django's EMAIL_* settings; emails are printed on the console when EMAIL_URL is absent."""
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
        if "smtp" in config["EMAIL_BACKEND"]:
            config["EMAIL_BACKEND"] = "notifications.email.backend.Backend"
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
                validate_plain_email(parseaddr(address)[1])
            except ValidationError as error:
                raise SettingError(
                    f"DEFAULT_FROM_EMAIL must be an address such as reception@example.com, but is “{address}”."
                ) from error
        return address

    @property
    def twilio(self) -> Twilio | None:
        """The Twilio account, or None when none of its settings is given: texts are then printed on the console."""
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


def _contents(name: str, file: str) -> str:
    """The text of the file that this setting names, without surrounding whitespace; never empty."""
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise SettingError(f"{name} must name a text file, but “{file}” is none.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise SettingError(f"{name} must name a file to read, but “{file}” cannot be read: {reason}.") from error
    if not text:
        raise SettingError(f"{name} must name a file with the value in it, but “{file}” is empty.")
    return text


def _checked_key(name: str, key: str) -> str:
    """The key, when nobody can guess it. The message for any other does not repeat it."""
    if len(key) < SECRET_KEY_LENGTH:
        raise SettingError(
            f"{name} must be a random text of {SECRET_KEY_LENGTH} characters or more, because it signs every session; "
            f"{HOW_TO_MAKE_A_KEY}."
        )
    if EXAMPLE_KEY.search(key):
        raise SettingError(f"{name} must be a random text, not one from an example; {HOW_TO_MAKE_A_KEY}.")
    # Without header and checksum.
    if len(zlib.compress(key.encode(), level=9, wbits=-zlib.MAX_WBITS)) < SECRET_KEY_CONTENT:
        raise SettingError(f"{name} must be a random text, not one that repeats itself; {HOW_TO_MAKE_A_KEY}.")
    return key
