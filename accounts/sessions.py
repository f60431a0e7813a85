"""The open sessions of the panel: how long they last, when they were last used, and how they are ended.

What a page asks for by itself is no use: `touch` is not called for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import address_of, describe
from accounts.models import PanelSession
from accounts.roles import runs_the_office

# From the login on, however much it is used.
LONGEST = timedelta(hours=12)
# Without use: reception’s desk waits for visitors for hours, and can change little.
IDLE_MANAGER, IDLE_RECEPTION = timedelta(minutes=30), timedelta(hours=4)
# What spends or gives away much asks again who it is after this time.
CONFIRMED_FOR = timedelta(minutes=10)
# A use is written down once in this time.
_PRECISION = timedelta(minutes=1)


def open_session(
    request: HttpRequest, user: User, *, two_factors: bool = False, confirmed: bool = True
) -> PanelSession:
    """Record the session of this request, in which this user has just logged in."""
    if request.session.session_key is None:
        request.session.save()
    now = timezone.now()
    session, _is_new = PanelSession.objects.update_or_create(
        session_id=request.session.session_key,
        defaults={
            "user": user,
            "started_at": now,
            "seen_at": now,
            "confirmed_at": now if confirmed else None,
            "two_factors": two_factors,
            "address": address_of(request),
            "device": describe(request),
        },
    )
    return session


def current(request: HttpRequest) -> PanelSession:
    """The session of this request, whose user is logged in. One that was opened elsewhere counts as unconfirmed."""
    session = PanelSession.objects.filter(pk=request.session.session_key).first()
    return session or open_session(request, user_of(request), confirmed=False)


def is_over(session: PanelSession, user: User, now: datetime) -> bool:
    """Whether it has lasted too long, or too long without use."""
    idle = IDLE_MANAGER if runs_the_office(user) else IDLE_RECEPTION
    return now - session.started_at > LONGEST or now - session.seen_at > idle


def touch(session: PanelSession, now: datetime) -> None:
    """Write down that a person uses it."""
    if now - session.seen_at >= _PRECISION:
        PanelSession.objects.filter(pk=session.pk).update(seen_at=now)


def is_confirmed(session: PanelSession, now: datetime) -> bool:
    """Whether its user has said who they are within the last ten minutes."""
    return session.confirmed_at is not None and now - session.confirmed_at <= CONFIRMED_FOR


def confirm(request: HttpRequest) -> None:
    """Write down that the user of this session has just said who they are."""
    PanelSession.objects.filter(pk=request.session.session_key).update(confirmed_at=timezone.now())


def prove_two_factors(request: HttpRequest) -> None:
    """Write down that the user of this session has just used a second factor."""
    PanelSession.objects.filter(pk=request.session.session_key).update(two_factors=True)


def open_of(user: User) -> list[PanelSession]:
    """The sessions in which this user is logged in, the one used last first."""
    now = timezone.now()
    sessions = PanelSession.objects.filter(user=user, session__expire_date__gt=now)
    return [session for session in sessions if not is_over(session, user, now)]


def end(user: User, handle: str) -> bool:
    """End the session of this user that has this `handle`; returns whether there was one."""
    keys = [session.pk for session in PanelSession.objects.filter(user=user) if session.handle == handle]
    Session.objects.filter(pk__in=keys).delete()
    return bool(keys)


def end_all(user: User, *, but: HttpRequest | None = None) -> int:
    """End every session of this user, except that of the request `but`; returns how many there were."""
    sessions = PanelSession.objects.filter(user=user)
    if but is not None:
        sessions = sessions.exclude(pk=but.session.session_key)
    keys = list(sessions.values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def user_of(request: HttpRequest) -> User:
    """The logged-in user of a page of the panel."""
    return cast("User", request.user)
