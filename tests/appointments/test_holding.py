"""Nobody can make all hosts busy: visits in person of one visitor or device, and visits that nobody answers."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from appointments import tasks
from appointments.admission import HOLD_WITHOUT_REPLY, Admission, NotOffered, TooManyVisits
from appointments.choices import EndedBy, Kind, Reply
from appointments.models import Appointment
from tests.appointments.test_checkin import typed
from tests.appointments.test_twice import together
from tests.cast import make_appointment, make_host

pytestmark = pytest.mark.django_db

DEVICE = Admission(device="203.0.113.9")


@pytest.fixture
def hosts():
    return [make_host(name=f"Host{number} Rao") for number in range(8)]


def visitor(number: int) -> dict[str, str]:
    return {"email": f"visitor{number}@visitor.example", "phone": f"+44 7700 9001{number:02}"}


def check_in(host, number=0, **changes):
    return Client().post("/", typed(host, **(visitor(number) | changes)))


@pytest.mark.parametrize("same", ["phone", "email"])
def test_one_visitor_has_two_visits_in_person_at_once(hosts, same):
    own = {same: visitor(0)[same]}
    answers = [check_in(host, number, **own) for number, host in enumerate(hosts[:3])]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "2 visits are going on with it. End one first, or go to reception" in answers[2].content.decode()
    assert int(answers[2].headers["Retry-After"]) > 0
    assert check_in(hosts[2], 2, **own, action="chat").status_code == 302

    Appointment.objects.in_person()[0].end(EndedBy.VISITOR)
    assert check_in(hosts[2], 2, **own).status_code == 302


def test_the_office_sets_how_many(hosts, office):
    office(visits_per_visitor=1)

    assert [check_in(host).status_code for host in hosts[:2]] == [302, 429]


def test_one_device_cannot_make_every_host_busy(hosts):
    answers = [check_in(host, number) for number, host in enumerate(hosts)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 3
    page = answers[-1].content.decode()
    assert "Please check in at reception" in page
    assert "5 visitors have checked in and wait for an answer" in page
    assert 'value="visitor7@visitor.example"' in page
    assert Client().get("/").content.decode().count("is available.") == 3


def test_visits_that_are_answered_leave_room_for_others_on_the_same_network(hosts):
    for number, host in enumerate(hosts):
        assert check_in(host, number).status_code == 302
        Appointment.objects.get(host=host).set_reply(Reply.ON_MY_WAY)


def test_a_reception_screen_has_room_for_all(panel, hosts):
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})

    for number, host in enumerate(hosts):
        assert panel.post("/", typed(host, **visitor(number))).status_code == 302


def test_a_form_that_is_sent_twice_is_not_one_too_many(hosts, office):
    office(visits_per_visitor=1)
    key = "1b4e28ba-2fa1-4d1e-883f-0016d3cca427"

    first, second = (check_in(hosts[0], idempotency_key=key) for _ in range(2))

    assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["phone", "email", "device"])
def test_no_concurrent_check_in_is_one_too_many(hosts, same, office):
    office(visits_per_address=2)

    def start(number, host):
        details = {
            "visitor_phone": "+447700900100" if same == "phone" else f"+4477009001{number:02}",
            "visitor_email": f"visitor{'' if same == 'email' else number}@visitor.example",
            "admission": Admission(device="203.0.113.9" if same == "device" else f"203.0.113.{number}"),
        }
        try:
            return make_appointment(host, **details)
        except TooManyVisits as many:
            return many.of

    outcomes = together(*[partial(start, number, host) for number, host in enumerate(hosts)])

    assert [outcome for outcome in outcomes if not isinstance(outcome, Appointment)] == [same] * 6
    assert Appointment.objects.ongoing().in_person().count() == 2


class TestUnanswered:
    @pytest.fixture
    def visit(self, host):
        """A visit from a visitor's own device, a minute before it releases its host."""
        visit = make_appointment(host, admission=DEVICE)
        self.set_age(visit, HOLD_WITHOUT_REPLY - timedelta(minutes=1))
        return visit

    def set_age(self, visit, age):
        Appointment.objects.filter(pk=visit.pk).update(started_at=timezone.now() - age)
        tasks.release_hosts.call_local()

    def test_holds_its_host_for_a_quarter_of_an_hour(self, visit, host):
        assert check_in(host, 1).status_code == 409

        self.set_age(visit, HOLD_WITHOUT_REPLY)

        assert f"{host.name} is available" in Client().get("/").content.decode()
        assert check_in(host, 1).status_code == 302

    def test_goes_on_when_it_no_longer_holds_its_host(self, visit, panel):
        self.set_age(visit, HOLD_WITHOUT_REPLY)

        visit.refresh_from_db()
        assert visit.is_ongoing
        assert visit.visitor_name in panel.get("/admin/roll-call/").content.decode()

    def test_is_sent_to_reception_when_it_no_longer_holds_its_host(self, visit, client):
        assert "Waiting for Anika Rao" in client.get(f"/v/{visit.visitor_token}/").content.decode()

        self.set_age(visit, HOLD_WITHOUT_REPLY)

        assert "Please ask at reception." in client.get(f"/v/{visit.visitor_token}/").content.decode()

    def test_from_a_reception_screen_holds_its_host(self, host):
        visit = make_appointment(host, admission=Admission())
        self.set_age(visit, HOLD_WITHOUT_REPLY * 2)

        with pytest.raises(NotOffered):
            make_appointment(host)

    def test_once_answered_holds_its_host(self, visit, host):
        visit.set_reply(Reply.FIVE_MINUTES)
        self.set_age(visit, HOLD_WITHOUT_REPLY)

        with pytest.raises(NotOffered):
            make_appointment(host)

    def test_holds_its_host_again_when_answered_late(self, visit, host):
        self.set_age(visit, HOLD_WITHOUT_REPLY)
        visit.set_reply(Reply.ON_MY_WAY)

        with pytest.raises(NotOffered):
            make_appointment(host)

    def test_answered_late_leaves_the_host_to_the_visitor_who_came_meanwhile(self, visit, host):
        self.set_age(visit, HOLD_WITHOUT_REPLY)
        second = make_appointment(host)

        assert visit.set_reply(Reply.ON_MY_WAY)
        assert list(Appointment.objects.holding()) == [second]

    def test_leaves_room_for_further_visits_of_its_device(self, visit, office):
        office(visits_per_address=1)
        someone = make_host(name="Tomás Herrera")
        details = {"visitor_phone": "+447700900101", "visitor_email": "x@visitor.example", "admission": DEVICE}
        with pytest.raises(TooManyVisits):
            make_appointment(someone, **details)

        self.set_age(visit, HOLD_WITHOUT_REPLY)

        assert make_appointment(someone, **details)


def test_the_device_is_stored_as_a_hash_and_forgotten_at_the_end(host):
    visit = make_appointment(host, admission=DEVICE)
    assert visit.device
    assert "203.0.113.9" not in visit.device

    visit.end(EndedBy.VISITOR)

    visit.refresh_from_db()
    assert visit.device == ""


def test_chats_have_no_such_limit(hosts):
    for number in range(4):
        assert check_in(hosts[0], 0, action="chat", name=f"Visitor {number}").status_code == 302
    assert Appointment.objects.filter(kind=Kind.REMOTE).count() == 4
