// On a reception screen: after a minute without input, asks whether anyone is still there, then returns to the start,
// so that nobody finds the page of the previous visitor. It does not end an appointment.
import { forgetUnsent } from "./chat/unsent.js";

const dialog = document.querySelector("[data-quiet]");
const countdown = dialog.querySelector("[data-left]");
const checkin = document.querySelector("[data-checkin]");
const IDLE_TIME = 60_000; // without input, until the dialog opens
const COUNTDOWN_TIME = 20_000; // from then, until the page returns to the start
const RETRY_INTERVAL = 3_000; // while the server cannot be reached

// At the start, nothing is left of what the previous visitor wrote and the server has not stored.
if (location.pathname === dialog.dataset.start) forgetUnsent();

// An empty check-in form is itself the start.
const hasInput = () =>
  !checkin ||
  Boolean(checkin.querySelector(":checked, [data-errors]")) ||
  [...document.querySelectorAll("main input")].some((field) => field.value !== field.defaultValue);

let lastInput = Date.now();
const noteInput = () => {
  if (dialog.hidden) lastInput = Date.now();
};
for (const event of ["pointerdown", "pointermove", "keydown", "input", "wheel"]) {
  addEventListener(event, noteInput, { passive: true });
}

// A browser without modal dialogs, as before Safari 15.4, shows it at the end of the page.
const showDialog = () => {
  dialog.hidden = false;
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
};
const stay = () => {
  lastInput = Date.now();
  dialog.hidden = true;
  if (dialog.open && dialog.close) dialog.close();
  dialog.removeAttribute("open");
};
dialog.addEventListener("close", stay);
dialog.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  stay();
  if (button.value === "start") returnToStart();
});

// Waits for the server: without it, the browser would show its own error page, and stay there.
let leaving = false;
const returnToStart = async () => {
  leaving = true;
  document.querySelector("main").hidden = true;
  try {
    await fetch(dialog.dataset.start, { method: "HEAD" });
    location.replace(dialog.dataset.start);
  } catch {
    setTimeout(returnToStart, RETRY_INTERVAL);
  }
};

setInterval(() => {
  const idle = Date.now() - lastInput;
  if (leaving || idle < IDLE_TIME || !hasInput()) return;
  if (dialog.hidden) showDialog();
  countdown.textContent = Math.max(0, Math.ceil((IDLE_TIME + COUNTDOWN_TIME - idle) / 1_000));
  if (idle >= IDLE_TIME + COUNTDOWN_TIME) returnToStart();
}, 1_000);

// A page from the back-forward cache could belong to the previous visitor.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
