// The chat page: composer and log, over the connection. docs/chat-protocol.md describes what is sent.
import { attentionOf } from "./chat/attention.js";
import { openLine } from "./chat/line.js";
import { logOf } from "./chat/log.js";
import { unsentOf } from "./chat/unsent.js";

const TYPING_TOLD_EVERY = 3_000;
const TYPING_LASTS = 6_000;
const READ_TOLD_EVERY = 2_000;
const OFFLINE_SHOWS_AFTER = 2_000;

const page = document.querySelector("[data-chat]");
const form = page.querySelector(".composer form");
const field = form.querySelector("textarea");
const find = (name) => document.querySelectorAll(`[data-${name}]`);
const show = (name, visible) => { for (const element of find(name)) element.hidden = !visible; };

const { role, socket, timeZone } = page.dataset;
// A device that is not known to be a reception screen is taken for one by its size.
const place = page.dataset.place || (matchMedia("(min-width: 48rem)").matches ? "reception" : "phone");
const log = logOf(page.querySelector(".messages"), { timeZone });
const unsent = unsentOf(socket);
const attract = attentionOf(page.querySelector("[data-sound]"), { usually: role === "host" || place === "phone" });
let last = Number(page.dataset.last);
let read = 0;
let marking = 0;
let line = null;
let offline = 0;
let quiet = 0;
let pause = 0;
let told = 0;

// Where an on-screen keyboard covers the page, follow the part that can be seen.
const view = window.visualViewport;
const fit = () => { if (view) document.body.style.setProperty("--visible", `${view.height}px`); };
view?.addEventListener("resize", fit);
fit();

// Every message that shows on a visible page counts as read; of several in a row one mark tells.
const markRead = () => {
  if (marking || read >= last || document.visibilityState !== "visible") return;
  if (!line?.send({ type: "read", upto: last })) return;
  read = last;
  marking = setTimeout(markReadNow, READ_TOLD_EVERY);
};
document.addEventListener("visibilitychange", markRead);
// What was seen in the last moment is not emailed as unseen later.
const markReadNow = () => {
  clearTimeout(marking);
  marking = 0;
  markRead();
};
addEventListener("pagehide", markReadNow);

// crypto.randomUUID is missing on a plain http address other than localhost, such as one in the office's own network.
const newRef = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

// Messages go out in the order in which they were written: while the server asks for a pause, none does.
const transmit = ({ ref, text, failed }) => {
  if (!pause && !failed) line.send({ type: "send", ref, text });
};

const say = (text) => {
  for (const banner of find("error")) {
    banner.querySelector("span").textContent = text;
    banner.hidden = !text;
  }
};

const fail = (ref) => {
  unsent.fail(ref, true);
  log.mark(ref, "failed");
};

const heard = {
  messages({ messages }) {
    const fresh = messages.filter(({ id }) => id > last);
    const theirs = fresh.filter(({ sender }) => sender !== role).length;
    log.together(fresh.length, () => fresh.forEach((message) => log.store(message, message.sender === role)));
    for (const { id, ref } of fresh) {
      last = id;
      unsent.remove(ref);
    }
    if (theirs) {
      show("typing", false);
      attract(theirs);
    }
    markRead();
  },
  sent({ ref }) {
    unsent.remove(ref);
    log.mark(ref, "sent");
  },
  read: ({ upto }) => log.read(upto),
  presence({ place: theirs, overdue }) {
    for (const element of find("at")) element.hidden = !element.dataset.at.split(" ").includes(theirs ?? "");
    show("overdue", overdue);
  },
  typing() {
    show("typing", true);
    clearTimeout(quiet);
    quiet = setTimeout(() => show("typing", false), TYPING_LASTS);
  },
  beat: () => line.send({ type: "beat", after: last }),
  ended({ at }) {
    markReadNow();
    line.close();
    clearTimeout(offline);
    clearTimeout(pause);
    for (const time of find("ended-at")) {
      time.dateTime = at;
      time.textContent = log.hour(at);
    }
    for (const { ref } of unsent.all()) fail(ref);
    const focused = form.contains(document.activeElement);
    for (const name of ["open", "offline", "typing", "overdue", "retry"]) show(name, false);
    show("closed", true);
    if (focused) page.querySelector("a[data-closed].primary").focus();
  },
  error({ text, ref, retry_after: seconds }) {
    say(text);
    if (!ref) return;
    if (!seconds) {
      fail(ref);
      return;
    }
    clearTimeout(pause);
    pause = setTimeout(() => {
      pause = 0;
      say("");
      unsent.all().forEach(transmit);
    }, seconds * 1_000);
  },
};

const connect = () => {
  line = openLine(socket, {
    join: () => ({ type: "join", after: last, place }),
    heard: (frame) => heard[frame.type]?.(frame),
    up() {
      clearTimeout(offline);
      offline = 0;
      show("offline", false);
      read = 0;
      unsent.all().forEach(transmit);
      markRead();
    },
    down() {
      offline ||= setTimeout(() => show("offline", true), OFFLINE_SHOWS_AFTER);
    },
  });
};

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

field.addEventListener("input", () => {
  if (Date.now() - told < TYPING_TOLD_EVERY) return;
  told = Date.now();
  line.send({ type: "typing" });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // Without what the server would leave out anyway (chat/frames.py).
  const text = field.value.replace(/[\0-\x08\x0b-\x1f\x7f]/g, "").trim();
  if (!text) return;
  const message = { ref: newRef(), text };
  unsent.add(message);
  log.wait(message);
  log.toEnd();
  transmit(message);
  told = 0;
  if (!pause) say("");
  field.value = "";
  field.focus();
  field.scrollIntoView({ block: "nearest" });
});
// Pressed before anything listened, it would have sent the form as a page, and lost the message.
form.querySelector("button").disabled = false;

page.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-retry]")) return;
  const { ref } = target.closest("[data-ref]").dataset;
  unsent.fail(ref, false);
  log.mark(ref, "sending");
  say("");
  unsent.all().filter((message) => message.ref === ref).forEach(transmit);
  field.focus();
});

for (const message of unsent.all()) {
  log.wait(message);
  if (message.failed) log.mark(message.ref, "failed");
}
log.toEnd();
if ("ended" in page.dataset) {
  for (const { ref } of unsent.all()) log.mark(ref, "failed");
  show("retry", false);
  unsent.clear();
} else {
  connect();
}
