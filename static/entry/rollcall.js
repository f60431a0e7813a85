// Ticks people off together with other wardens. A tick is kept on this device until the server has it, and the page
// until the roll call ends, so that both survive a lost connection and a reload; for everyone else the server's list
// is what counts.
const list = document.querySelector("[data-roll-call]");
const waiting = document.querySelector("[data-waiting]");
const count = document.querySelector("[data-count]");
const boxes = [...list.querySelectorAll("[name=seen]")];
const EVERY = 5_000; // milliseconds
const key = `roll-call-${list.dataset.rollCall}`;
const mine = JSON.parse(localStorage.getItem(key) || "{}");
const keep = () => localStorage.setItem(key, JSON.stringify(mine));

// Browsers allow this over https only, and on the machine itself.
const keepPage = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(list.dataset.worker);
  const parts = [...document.querySelectorAll("link[href], script[src]")].map(({ href, src }) => href || src);
  await (await caches.open("roll-call")).addAll([location.pathname, ...parts]);
};

const recount = () => {
  const seen = boxes.filter((box) => box.checked).length;
  const words = count.dataset.words.replace("{seen}", seen).replace("{present}", boxes.length);
  if (count.textContent !== words) count.textContent = words;
};

const show = ({ seen }) => {
  for (const box of boxes) {
    if (!(box.value in mine)) box.checked = box.value in seen;
    const by = list.querySelector(`[data-by="${box.value}"]`);
    by.textContent = seen[box.value] ?? "";
    by.hidden = !by.textContent;
  }
  recount();
};

let asking = false;
const exchange = async () => {
  if (asking) return;
  asking = true;
  const sent = { ...mine };
  const any = Object.keys(sent).length;
  try {
    const response = await fetch(list.action, {
      method: any ? "POST" : "GET",
      body: any ? JSON.stringify(sent) : undefined,
      headers: { "Content-Type": "application/json", "X-CSRFToken": list.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    // The session has ended: the ticks wait on this device until somebody has logged in again.
    if (response.type === "opaqueredirect" || response.status === 403) location.reload();
    if (!response.ok) throw new Error(response.status);
    const state = await response.json();
    for (const person in sent) if (mine[person] === sent[person]) delete mine[person];
    keep();
    waiting.hidden = true;
    show(state);
    if (state.ended) {
      localStorage.removeItem(key);
      await globalThis.caches?.delete("roll-call");
      location.assign(list.dataset.report);
    }
  } catch {
    waiting.hidden = false;
  } finally {
    asking = false;
  }
};

list.addEventListener("change", ({ target }) => {
  mine[target.value] = target.checked;
  keep();
  recount();
  exchange();
});

// The last ticks reach the server before the roll call ends.
document.querySelector("[data-end]").addEventListener("submit", async (event) => {
  if (!Object.keys(mine).length) return;
  event.preventDefault();
  await exchange();
  if (!Object.keys(mine).length) event.target.submit();
});

for (const box of boxes) if (box.value in mine) box.checked = mine[box.value];
recount();
exchange();
// Without a connection, what has been kept before stays.
keepPage().catch(() => {});
setInterval(exchange, EVERY);
addEventListener("online", exchange);
