// Keeps a page up to date while it is open. A push over the WebSocket, and a timer in case a push is lost, make it
// fetch its fragment; each element of the fragment that has changed replaces the content of the element with the same
// id. The state is on the server: a page that was offline or asleep is up to date again after its next refresh.
import { createOfflineNotice, openConnection } from "./connection.js";
import { showRevoked } from "./revoked.js";
import { timeLimit } from "./time-limit.js";

const REFRESH_INTERVAL = 15_000;
const SOON_INTERVAL = 3_000; // while the server cannot be reached, or something is about to change
const REQUEST_TIMEOUT = 10_000;

const page = document.querySelector("[data-live]");
const notice = createOfflineNotice(document.querySelector("[data-offline]"));

// Each element's HTML as the server last sent it.
const served = new Map();
const remember = (element) => served.set(element.id, element.innerHTML);
for (const element of [page, ...page.querySelectorAll("[id]")]) remember(element);

const keyOf = (element) => element.id || `${element.name}=${element.value}`;

// Focus and the chosen option stay, where the new content has them.
const update = (fresh) => {
  const current = document.getElementById(fresh.id);
  if (served.get(fresh.id) === fresh.innerHTML) return;
  const focused = current.contains(document.activeElement) && keyOf(document.activeElement);
  const chosen = current.querySelector(":checked");
  remember(fresh);
  current.replaceChildren(...fresh.childNodes);
  for (const element of current.querySelectorAll("a, button, input")) {
    if (chosen && keyOf(element) === keyOf(chosen)) element.checked = true;
    if (keyOf(element) === focused) element.focus({ preventScroll: true });
  }
};

// The page of a link that was replaced says so, and asks no more.
const isLink = document.getElementById("revoked") !== null;
let connection;
const stop = () => {
  if (!page.isConnected) return;
  connection?.disconnect();
  showRevoked();
};

// Returns whether the server answered.
const fetchFragment = async () => {
  const response = await fetch(page.dataset.live, { redirect: "manual", signal: timeLimit(REQUEST_TIMEOUT) });
  if (response.status >= 500) return false;
  if (response.status === 404 && isLink) {
    stop();
    return true;
  }
  // When the page is no longer valid, the answer is a redirect, an error, or elements that the page does not have.
  const gone = response.type === "opaqueredirect" || [403, 404, 410].includes(response.status);
  const body = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html").body : undefined;
  const elements = [...(body?.children ?? [])];
  if (gone || elements.some((element) => !document.getElementById(element.id))) location.reload();
  else elements.forEach(update);
  page.dispatchEvent(new Event("live"));
  return true;
};

// Brings the page up to date; resolves to whether the server answered.
let refreshing;
let soonTimer;
export const refresh = () => {
  if (!page.isConnected) return Promise.resolve(true);
  refreshing ??= fetchFragment().catch(() => false).then((answered) => {
    refreshing = undefined;
    clearTimeout(soonTimer);
    // A worker without Redis cannot push, so the page that waits for one asks more often.
    if (!answered || page.querySelector("[data-soon]")) soonTimer = setTimeout(refresh, SOON_INTERVAL);
    if (answered) notice.hide();
    else notice.show();
    return answered;
  });
  return refreshing;
};

// Several hints in a row lead to one refresh; the random delay keeps all screens from asking in the same instant.
let hintTimer;
const hint = () => {
  hintTimer ??= setTimeout(() => {
    hintTimer = undefined;
    refresh();
  }, 50 + Math.random() * 200);
};

if (page.dataset.liveSocket) {
  connection = openConnection(page.dataset.liveSocket, {
    backoff: { first: 1_000, max: REFRESH_INTERVAL, jitter: 0.5, resetOnOpen: true },
    onOpen: hint,
    onMessage({ type }) {
      if (type === "changed") hint();
    },
    onClose: hint,
    onRevoked: stop,
  });
}
setInterval(refresh, REFRESH_INTERVAL);
if (page.querySelector("[data-soon]")) soonTimer = setTimeout(refresh, SOON_INTERVAL);
addEventListener("online", hint);
addEventListener("offline", hint);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) hint();
});
