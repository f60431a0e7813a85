// Whether a person is at this page. Scanners and previews open links too, with scripts, visible and focused: only what a
// person does with a hand, a key, a pen or a voice is a sign of one. What a script does is none.
import { createStore } from "./storage.js";

const SIGNS = ["pointerdown", "pointermove", "touchstart", "wheel", "keydown", "compositionstart", "input", "click"];
// A page that a person has just led to, as by sending a form, starts with this person at it.
const LEADS_ON_FOR = 60_000;
const NOTE_INTERVAL = 1_000;

const note = createStore(() => sessionStorage, "entry-person");

let notedAt = 0;
let isHere = Math.abs(Date.now() - note.read()) < LEADS_ON_FOR;
const waiting = [];

const onSign = ({ isTrusted }) => {
  if (!isTrusted) return;
  const now = Date.now();
  if (Math.abs(now - notedAt) >= NOTE_INTERVAL) {
    notedAt = now;
    note.write(now);
  }
  isHere = true;
  for (const tell of waiting.splice(0)) tell();
};
for (const sign of SIGNS) addEventListener(sign, onSign, { capture: true, passive: true });

// Calls `tell` once: with the first sign of a person, or now after one.
export const whenSomebodyIsHere = (tell) => {
  if (isHere) tell();
  else waiting.push(tell);
};
