// Calls for attention on the panel's first page when a message is not delivered, or is late: the number in the title, and
// a sound if it is turned on. Each thing to attend to is an element with `data-alarm`, which says what it is.
import { createSound } from "./sound.js";

const page = document.querySelector("[data-live]");
const button = document.querySelector("[data-sound]");
const title = document.title;
const play = createSound(button, { storageKey: "entry-panel-sound", byDefault: false });
button.hidden = false;

const found = () => new Set([...page.querySelectorAll("[data-alarm]")].map((element) => element.dataset.alarm));
const showCount = () => {
  const count = page.querySelector("[data-count]")?.dataset.count;
  document.title = count ? `(${count}) ${title}` : title;
};

let known = found();
showCount();
page.addEventListener("live", () => {
  const now = found();
  if ([...now].some((alarm) => !known.has(alarm))) play();
  known = now;
  showCount();
});
