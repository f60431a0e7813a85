// Keeps a page true while it is open. A push over the socket, and a clock in case a push is lost, fetch the page's
// fragment; each element of it that differs takes the place of the one with the same id. State lives on the server:
// a page that was cut off, or slept, is right again at its next refresh.
const page = document.querySelector("[data-live]");
const notice = document.querySelector("[data-offline]");
const EVERY = 15_000; // slow refresh, in milliseconds
const PATIENCE = 2_000; // how long a line may be down before the page says so
const AGAIN = 3_000; // how soon to look again while the line is down, or something is about to change
const LONGEST = 10_000; // an answer that takes longer is none

const served = new Map();
const note = (element) => served.set(element.id, element.innerHTML);
for (const element of [page, ...page.querySelectorAll("[id]")]) note(element);

const key = (element) => element.id || `${element.name}=${element.value}`;

const swap = (fresh) => {
  const current = document.getElementById(fresh.id);
  if (served.get(fresh.id) === fresh.innerHTML) return;
  const focused = current.contains(document.activeElement) && key(document.activeElement);
  const chosen = current.querySelector(":checked");
  note(fresh);
  current.replaceChildren(...fresh.childNodes);
  for (const element of current.querySelectorAll("a, button, input")) {
    if (chosen && key(element) === key(chosen)) element.checked = true;
    if (key(element) === focused) element.focus({ preventScroll: true });
  }
};

let trouble;
const say = (fine) => {
  if (fine) {
    clearTimeout(trouble);
    trouble = undefined;
    notice.hidden = true;
  } else {
    trouble ??= setTimeout(() => { notice.hidden = false; }, PATIENCE);
  }
};

const ask = async () => {
  const response = await fetch(page.dataset.live, { redirect: "manual", signal: AbortSignal.timeout(LONGEST) });
  if (response.status >= 500) return false;
  // A page that no longer stands is answered by a redirect, or by parts that it does not have.
  const gone = response.type === "opaqueredirect" || response.status === 404 || response.status === 410;
  const body = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html").body : undefined;
  const parts = [...(body?.children ?? [])];
  if (gone || parts.some((part) => !document.getElementById(part.id))) location.reload();
  else parts.forEach(swap);
  page.dispatchEvent(new Event("live"));
  return true;
};

// Bring the page up to date; resolves to whether the server answered.
let asking;
let again;
export const refresh = () => {
  asking ??= ask().catch(() => false).then((fine) => {
    asking = undefined;
    clearTimeout(again);
    // Where something is about to change, the next look is soon: a worker without Redis cannot push.
    if (!fine || page.querySelector("[data-soon]")) again = setTimeout(refresh, AGAIN);
    say(fine);
    return fine;
  });
  return asking;
};

// Hints that come together are answered once, and not by every screen in the same instant.
let soon;
const hint = () => { soon ??= setTimeout(() => { soon = undefined; refresh(); }, 50 + Math.random() * 200); };

let pause = 1_000;
const listen = () => {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + page.dataset.liveSocket);
  socket.addEventListener("open", () => { pause = 1_000; hint(); });
  socket.addEventListener("message", ({ data }) => { if (JSON.parse(data).type === "changed") hint(); });
  socket.addEventListener("close", () => {
    hint();
    setTimeout(listen, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, EVERY);
  });
};
if (page.dataset.liveSocket) listen();
setInterval(refresh, EVERY);
if (page.querySelector("[data-soon]")) again = setTimeout(refresh, AGAIN);
addEventListener("online", hint);
addEventListener("offline", hint);
document.addEventListener("visibilitychange", () => { if (!document.hidden) hint(); });
