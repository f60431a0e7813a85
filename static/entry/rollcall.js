// The roll call: several wardens check people off at the same time. The device keeps a change until the server has
// stored it, and the page until the roll call ends, so that both survive a lost connection and a reload. The changes of
// everyone else come from the server.
import { createStore } from "./storage.js";
import { timeLimit } from "./time-limit.js";

const list = document.querySelector("[data-roll-call]");
const unsentNotice = document.querySelector("[data-waiting]");
const count = document.querySelector("[data-count]");
const boxes = [...list.querySelectorAll("[name=seen]")];
const SYNC_INTERVAL = 5_000;
const REQUEST_TIMEOUT = 10_000;
const store = createStore(() => localStorage, `roll-call-${list.dataset.rollCall}`);

// This device's changes that the server has not stored yet: person → checked.
const unsent = store.read() ?? {};
const hasUnsent = () => Object.keys(unsent).length > 0;
const saveUnsent = () => store.write(unsent);

// Browsers allow a service worker only over https and on localhost.
const cachePage = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(list.dataset.worker);
  const assets = [...document.querySelectorAll("link[href], script[src]")].map(({ href, src }) => href || src);
  await (await caches.open("roll-call")).addAll([location.pathname, ...assets]);
};

const updateCount = () => {
  const seen = boxes.filter((box) => box.checked).length;
  const text = count.dataset.words.replace("{seen}", seen).replace("{present}", boxes.length);
  if (count.textContent !== text) count.textContent = text;
};

const showState = ({ seen }) => {
  for (const box of boxes) {
    if (!(box.value in unsent)) box.checked = box.value in seen;
    const by = list.querySelector(`[data-by="${box.value}"]`);
    by.textContent = seen[box.value] ?? "";
    by.hidden = !by.textContent;
  }
  updateCount();
};

let syncing = false;
const sync = async () => {
  if (syncing) return;
  syncing = true;
  const sent = { ...unsent };
  const changed = hasUnsent();
  try {
    const response = await fetch(list.action, {
      method: changed ? "POST" : "GET",
      body: changed ? JSON.stringify(sent) : undefined,
      headers: { "Content-Type": "application/json", "X-CSRFToken": list.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
      signal: timeLimit(REQUEST_TIMEOUT),
    });
    // The session has expired: the device keeps the changes until somebody logs in again.
    if (response.type === "opaqueredirect" || response.status === 403) location.reload();
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const state = await response.json();
    for (const person in sent) if (unsent[person] === sent[person]) delete unsent[person];
    saveUnsent();
    unsentNotice.hidden = true;
    showState(state);
    if (state.ended) {
      store.clear();
      await globalThis.caches?.delete("roll-call");
      location.assign(list.dataset.report);
    }
  } catch {
    unsentNotice.hidden = false;
  } finally {
    syncing = false;
  }
};

list.addEventListener("change", ({ target }) => {
  unsent[target.value] = target.checked;
  saveUnsent();
  updateCount();
  sync();
});

// The last changes reach the server before the roll call ends.
document.querySelector("[data-end]").addEventListener("submit", async (event) => {
  if (!hasUnsent()) return;
  event.preventDefault();
  await sync();
  if (!hasUnsent()) event.target.submit();
});

for (const box of boxes) if (box.value in unsent) box.checked = unsent[box.value];
updateCount();
sync();
// Without a connection, the page that was cached before stays in the cache.
cachePage().catch(() => {});
setInterval(sync, SYNC_INTERVAL);
addEventListener("online", sync);
