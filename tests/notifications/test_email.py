"""The headers and parts of an email that mail programs use."""

from tests.services.mail import part


def test_a_message_says_who_sent_it_that_a_machine_did_and_whom_to_answer(server, mailbox, in_person):
    [email] = mailbox.wait("anika@meridianhouse.example")

    assert email["From"] == "Meridian House <reception@meridianhouse.example>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["Reply-To"] == "yusuf@visitor.example"
    assert email["Message-ID"].endswith("@127.0.0.1>")


def test_a_visitor_answers_reception_and_does_not_learn_the_hosts_address(server, mailbox, in_person):
    [email] = mailbox.wait("yusuf@visitor.example")

    assert email["Reply-To"] is None
    assert "anika@meridianhouse.example" not in email.as_string()


def test_html_and_text_say_the_same(server, mailbox, in_person):
    [email] = mailbox.wait("anika@meridianhouse.example")

    for fact in (
        "Yusuf Al-Masri",
        "Supplier review",
        "+44 7700 900142",
        "12 Residency Road",
        "Opening it does not end the appointment",
    ):
        assert fact in part(email, "plain")
        assert fact in part(email, "html")


def test_the_host_is_not_promised_that_the_link_stops_with_the_appointment(server, mailbox, in_person):
    words = part(mailbox.wait("anika@meridianhouse.example")[0], "plain")

    assert "stops working" not in words
    assert "It shows the details until 30 days after the appointment ends." in words
