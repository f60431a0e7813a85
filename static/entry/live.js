// Keeps a page true while it is open. A push over the socket, and a clock in case a push is lost, fetch the page's
// fragment; each element of it that differs takes the place of the one with the same id. State lives on the server:
// a page that was cut off, or slept, is right again at its next refresh.
const page = document.querySelector("[data-live]");
const notice = document.querySelector("[data-offline]");
const EVERY = 15_000; // slow refresh, in milliseconds
const PATIENCE = 2_000; // how long a line may be down before the page says so

const served = new Map();
const note = (element) => served.set(element.id, element.innerHTML);
for (const element of page.querySelectorAll("[id]")) note(element);
if (page.id) note(page);

const focusKey = (element) => element?.id || (element?.name && `${element.name}=${element.value}`);

const swap = (fresh) => {
  const current = document.getElementById(fresh.id);
  if (served.get(fresh.id) === fresh.innerHTML) return;
  const focused = current.contains(document.activeElement) && focusKey(document.activeElement);
  const checked = [...current.querySelectorAll(":checked")].map(focusKey);
  note(fresh);
  current.replaceChildren(...fresh.childNodes);
  for (const element of current.querySelectorAll("a, button, input")) {
    if (element.type === "radio" && checked.length) element.checked = checked.includes(focusKey(element));
    if (focused && focusKey(element) === focused) element.focus({ preventScroll: true });
  }
};

let trouble;
const online = (yes) => {
  if (yes) {
    clearTimeout(trouble);
    trouble = undefined;
    notice.hidden = true;
  } else {
    trouble ??= setTimeout(() => { notice.hidden = false; }, PATIENCE);
  }
};

let asking;
const refresh = async () => {
  if (asking) return;
  asking = true;
  try {
    const response = await fetch(page.dataset.live, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
    online(response.status < 500);
    const gone = response.type === "opaqueredirect" || response.status === 404 || response.status === 410;
    const parts = gone ? [] : [...new DOMParser().parseFromString(await response.text(), "text/html").body.children];
    if (gone || (response.ok && parts.some((part) => !document.getElementById(part.id)))) location.reload();
    else if (response.ok) parts.forEach(swap);
    page.dispatchEvent(new Event("live"));
  } catch {
    online(false);
  } finally {
    asking = false;
  }
};

// Hints that come together are answered once.
let soon;
const hint = () => { soon ??= setTimeout(() => { soon = undefined; refresh(); }, 100 + Math.random() * 200); };

let pause = 1_000;
const listen = () => {
  const socket = new WebSocket(page.dataset.liveSocket.replace(/^/, location.origin.replace(/^http/, "ws")));
  socket.addEventListener("open", () => { pause = 1_000; hint(); });
  socket.addEventListener("message", ({ data }) => { if (JSON.parse(data).type === "changed") hint(); });
  socket.addEventListener("close", () => {
    hint();
    setTimeout(listen, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, EVERY);
  });
};
listen();
setInterval(refresh, EVERY);
addEventListener("online", hint);
document.addEventListener("visibilitychange", () => { if (!document.hidden) hint(); });
