// The chat page: composer and log, over the connection. docs/chat-protocol.md describes what is sent.
import { openLine } from "./chat/line.js";
import { logOf } from "./chat/log.js";
import { unsentOf } from "./chat/unsent.js";

const page = document.querySelector("[data-chat]");
const region = page.querySelector(".messages");
const form = page.querySelector(".composer form");
const field = form.querySelector("textarea");
const find = (name) => document.querySelectorAll(`[data-${name}]`);
const show = (name, visible) => { for (const element of find(name)) element.hidden = !visible; };

const { role, socket, timeZone } = page.dataset;
const log = logOf(region, { timeZone });
const unsent = unsentOf(socket);
let last = Number(page.dataset.last);
let read = 0;
let line = null;

// Where an on-screen keyboard covers the page, follow the part that can be seen.
const view = window.visualViewport;
const fit = () => { if (view) document.body.style.setProperty("--visible", `${view.height}px`); };
view?.addEventListener("resize", fit);
fit();

// Every message that shows on a visible page counts as read.
const markRead = () => {
  if (read >= last || document.visibilityState !== "visible") return;
  if (line?.send({ type: "read", upto: last })) read = last;
};
document.addEventListener("visibilitychange", markRead);

// crypto.randomUUID is missing on a plain http address other than localhost, such as one in the office's own network.
const newRef = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

const transmit = ({ ref, text }) => line?.send({ type: "send", ref, text });

let offline = 0;
let quiet = 0;
const heard = {
  messages({ messages }) {
    for (const message of messages) {
      if (message.id <= last) continue;
      last = message.id;
      log.store(message, message.sender === role);
      unsent.remove(message.ref);
      if (message.sender !== role) show("typing", false);
    }
    markRead();
  },
  sent({ ref }) {
    unsent.remove(ref);
    log.mark(ref, "sent");
  },
  read: ({ upto }) => log.read(upto),
  presence({ place, overdue }) {
    for (const element of find("place")) element.hidden = !element.dataset.place.split(" ").includes(place ?? "");
    show("overdue", overdue);
  },
  typing() {
    show("typing", true);
    clearTimeout(quiet);
    quiet = setTimeout(() => show("typing", false), 6_000);
  },
  beat: () => line.send({ type: "beat", after: last }),
  ended({ at }) {
    line.close();
    for (const time of find("ended-at")) {
      time.dateTime = at;
      time.textContent = log.hour(at);
    }
    show("open", false);
    show("closed", true);
    show("offline", false);
    show("typing", false);
    show("overdue", false);
  },
  error({ code, text, ref, retry_after: pause }) {
    say(text);
    if (!ref) return;
    if (pause) {
      setTimeout(() => unsent.all().filter((message) => message.ref === ref).forEach(transmit), pause * 1000);
    } else {
      unsent.remove(ref);
      log.mark(ref, "failed");
    }
  },
};

const say = (text) => {
  for (const banner of find("error")) {
    banner.querySelector("span").textContent = text;
    banner.hidden = !text;
  }
};

const connect = () => {
  line = openLine(socket, {
    join: () => ({ type: "join", after: last, place: matchMedia("(min-width: 48rem)").matches ? "reception" : "phone" }),
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
      offline ||= setTimeout(() => show("offline", true), 2_000);
    },
  });
};

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

let told = 0;
field.addEventListener("input", () => {
  if (Date.now() - told < 3_000) return;
  told = Date.now();
  line.send({ type: "typing" });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // What the server would leave out anyway (chat/frames.py).
  const text = field.value.replace(/[\0-\x08\x0b-\x1f\x7f]/g, "").trim();
  if (!text) return;
  const message = { ref: newRef(), text };
  unsent.add(message);
  log.wait(message);
  log.toEnd();
  transmit(message);
  told = 0;
  say("");
  field.value = "";
  field.focus();
});

for (const message of unsent.all()) log.wait(message);
log.toEnd();
if ("ended" in page.dataset) unsent.clear();
else connect();
