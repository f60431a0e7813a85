// The chat page: connects the log and the composer to the server. docs/chat-protocol.md describes the frames.
import { createAttention } from "./chat/attention.js";
import { openChatConnection } from "./chat/connection.js";
import { createLengthCheck, textOf } from "./chat/length.js";
import { createLog } from "./chat/log.js";
import { createOutgoing } from "./chat/outgoing.js";
import { createReadMarks } from "./chat/read-marks.js";
import { createUnsent } from "./chat/unsent.js";
import { createOfflineNotice } from "./connection.js";
import { createEarlier } from "./chat/earlier.js";
import { whenSomebodyIsHere } from "./person.js";
import { showRevoked } from "./revoked.js";
import { timeLimit } from "./time-limit.js";

const TYPING_INTERVAL = 3_000;
const TYPING_SHOWS_FOR = 6_000;
const OFFER_INTERVAL = 15_000;
const REQUEST_TIMEOUT = 10_000;

const page = document.querySelector("[data-chat]");
const form = page.querySelector(".composer form");
const field = form.querySelector("textarea");
const button = form.querySelector("button");
const findAll = (name) => document.querySelectorAll(`[data-${name}]`);
const setVisible = (name, visible) => {
  for (const element of findAll(name)) element.hidden = !visible;
};

const { conversation, role, socket, timeZone } = page.dataset;
// Only a registered reception screen is known to be at reception.
const place = page.dataset.place || "phone";
let lastId = Number(page.dataset.last);
let connection = null;
let somebodyIsHere = false;
const send = (frame) => Boolean(connection?.send(frame));

const log = createLog(page.querySelector(".messages"), { timeZone });
const unsent = createUnsent(conversation, { shared: Boolean(page.dataset.place) });
const outgoing = createOutgoing(unsent, log, send);
const notifyOfNew = createAttention(page.querySelector("[data-sound]"), {
  soundByDefault: role === "host" || (!page.dataset.place && matchMedia("(max-width: 47.99rem)").matches),
});
// Before the connection, so that its "pagehide" listener sends the last mark before the connection closes.
const readMarks = createReadMarks(lastId, send);
const isTooLong = createLengthCheck(field, document.getElementById("too-long"));
const offlineNotice = createOfflineNotice(page.querySelector("[data-offline]"));

// An on-screen keyboard may cover part of the page: the layout uses the visible part.
const viewport = globalThis.visualViewport;
const fitToViewport = () => {
  if (viewport) document.body.style.setProperty("--visible", `${viewport.height}px`);
};
viewport?.addEventListener("resize", fitToViewport);
fitToViewport();

const showError = (text) => {
  for (const banner of findAll("error")) {
    banner.querySelector("span").textContent = text;
    banner.hidden = !text;
  }
};

// What is offered to who waits in vain follows what has become of the messages to the other person.
const renewOffer = async () => {
  const offer = page.querySelector("[data-overdue]");
  if (!offer || offer.hidden) return;
  try {
    const response = await fetch(location.href, { redirect: "manual", signal: timeLimit(REQUEST_TIMEOUT) });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-overdue]");
    if (fresh && fresh.innerHTML !== offer.innerHTML) offer.replaceChildren(...fresh.childNodes);
  } catch {
    // The next time comes soon.
  }
};
setInterval(renewOffer, OFFER_INTERVAL);

let typingTimer = 0;
const handlers = {
  messages({ messages }) {
    const fresh = messages.filter(({ id }) => id > lastId);
    const theirs = fresh.filter(({ sender }) => sender !== role).length;
    log.announceTogether(fresh.length, () => {
      for (const message of fresh) log.addStored(message, message.sender === role);
    });
    for (const { id, ref } of fresh) {
      lastId = id;
      unsent.remove(ref);
    }
    if (theirs) {
      setVisible("typing", false);
      notifyOfNew(theirs);
    }
    readMarks.shown(lastId);
  },
  sent: ({ ref }) => outgoing.stored(ref),
  read: ({ upto }) => log.markRead(upto),
  presence({ place: theirPlace, overdue }) {
    for (const element of findAll("at")) element.hidden = !element.dataset.at.split(" ").includes(theirPlace ?? "");
    setVisible("overdue", overdue);
    renewOffer();
  },
  room({ room }) {
    setVisible("nearly-full", room === "nearly_full");
    setVisible("full", room === "full");
    setVisible("writing", room !== "full");
  },
  typing() {
    setVisible("typing", true);
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => setVisible("typing", false), TYPING_SHOWS_FOR);
  },
  beat: () => send({ type: "beat", after: lastId }),
  ended({ at }) {
    readMarks.markNow();
    connection.close();
    offlineNotice.hide();
    outgoing.end();
    for (const time of findAll("ended-at")) {
      time.dateTime = at;
      time.textContent = log.formatTime(at);
    }
    const focused = form.contains(document.activeElement);
    for (const name of ["open", "writing", "typing", "overdue", "retry", "nearly-full", "full"]) {
      setVisible(name, false);
    }
    setVisible("closed", true);
    if (focused) page.querySelector("a[data-closed].primary").focus();
  },
  error({ text, ref, retry_after: seconds }) {
    showError(text);
    if (!ref) return;
    if (seconds) outgoing.pause(seconds, () => showError(""));
    else outgoing.fail(ref);
  },
};

// The link was replaced.
const leave = () => {
  connection.close();
  offlineNotice.hide();
  unsent.clear();
  showRevoked();
};
// A page that slept while its link was replaced is refused like one without network; the status of the page tells.
const leaveIfRevoked = async () => {
  const response = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
  if (response?.status === 404 && page.isConnected) leave();
};

// The server counts the page for a person only from then on, on each connection.
const come = () => {
  if (somebodyIsHere && send({ type: "here" })) readMarks.start();
};

const connect = () => {
  connection = openChatConnection(socket, {
    joinFrame: () => ({ type: "join", after: lastId, place }),
    onFrame: (frame) => handlers[frame.type]?.(frame),
    onUp() {
      offlineNotice.hide();
      outgoing.resend();
      come();
    },
    onDown(wasOpen) {
      offlineNotice.show();
      if (!wasOpen) leaveIfRevoked();
    },
    onRevoked: leave,
  });
};

field.addEventListener("keydown", (event) => {
  // Safari ends the composition before the Enter that ends it; only the key code 229 tells this Enter from the next.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  // Not requestSubmit, which is missing in browsers before Safari 16.
  button.click();
});

let typingSentAt = 0;
field.addEventListener("input", () => {
  if (Date.now() - typingSentAt < TYPING_INTERVAL) return;
  typingSentAt = Date.now();
  send({ type: "typing" });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = textOf(field);
  if (!text) return;
  if (isTooLong()) {
    field.focus();
    return;
  }
  outgoing.add(text);
  typingSentAt = 0;
  if (!outgoing.isPaused()) showError("");
  field.value = "";
  field.focus();
  field.scrollIntoView({ block: "nearest" });
});
// The button is disabled until now: without this listener the browser would submit the form, and lose the message.
button.disabled = false;

page.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-retry]")) return;
  showError("");
  outgoing.retry(target.closest("[data-ref]").dataset.ref);
  field.focus();
});

createEarlier(page, log);
outgoing.restore();
if ("ended" in page.dataset) {
  outgoing.end();
  setVisible("retry", false);
  unsent.clear();
} else {
  // What follows the messages of an earlier page comes over the connection.
  page.querySelector("[data-later]")?.remove();
  connect();
  whenSomebodyIsHere(() => {
    somebodyIsHere = true;
    come();
  });
}
for (const banner of findAll("unstarted")) banner.remove();
