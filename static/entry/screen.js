// On a reception screen: a page left alone asks whether anyone is still there, then goes back to the start, so that
// nobody finds the page of the visitor before. It ends nothing.
const dialog = document.querySelector("[data-quiet]");
const left = dialog.querySelector("[data-left]");
const checkin = document.querySelector("[data-checkin]");
const QUIET = 60_000; // milliseconds without a touch until it asks
const WARNING = 20_000; // and until it goes
const AGAIN = 3_000; // how soon to look for the server again

// Check-in that nobody has begun is the start itself.
const begun = () =>
  !checkin ||
  Boolean(checkin.querySelector(":checked, [data-errors]")) ||
  [...document.querySelectorAll("main input")].some((field) => field.value !== field.defaultValue);

let touched = Date.now();
const touch = () => { if (!dialog.open) touched = Date.now(); };
for (const event of ["pointerdown", "pointermove", "keydown", "input", "wheel"]) addEventListener(event, touch, { passive: true });
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "start") leave();
  else touched = Date.now();
});

// Not before the server is there: a browser that finds none shows a page of its own, and stays on it.
let leaving = false;
const leave = async () => {
  leaving = true;
  document.querySelector("main").hidden = true;
  try {
    await fetch(dialog.dataset.start, { method: "HEAD" });
    location.replace(dialog.dataset.start);
  } catch {
    setTimeout(leave, AGAIN);
  }
};

setInterval(() => {
  const quiet = Date.now() - touched;
  if (leaving || quiet < QUIET || !begun()) return;
  if (!dialog.open) {
    dialog.returnValue = "";
    dialog.showModal();
  }
  left.textContent = Math.max(0, Math.ceil((QUIET + WARNING - quiet) / 1000));
  if (quiet >= QUIET + WARNING) leave();
}, 1_000);

// Never a page out of the browser's own memory.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
