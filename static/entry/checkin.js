// Check-in: search among the hosts, what the chosen one offers, folding on a phone, and sending only when the server
// is there, so that nothing typed is lost. The page works without this file.
import { refresh } from "./live.js";

const form = document.querySelector("[data-checkin]");

// hosts/text.py makes text plain in the same way.
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "’": "'" };
const plain = (text) =>
  text.toLowerCase().replace(/[ßæœøłđðþı’]/g, (letter) => LETTERS[letter]).normalize("NFKD").replace(/\p{M}/gu, "");

const search = form.querySelector("[type=search]");
const count = form.querySelector("[data-count]");
const find = () => {
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const card of form.querySelectorAll(".hosts > li")) {
    const [name, title] = card.querySelectorAll("strong, strong + span");
    card.text ??= plain(`${name.textContent} ${title.textContent}`);
    const chosen = card.querySelector("input").checked;
    card.hidden = !chosen && !words.every((word) => card.text.includes(word));
    if (!card.hidden) shown += 1;
  }
  const text = !words.length ? "" : shown ? count.dataset.shown.replace("%s", shown) : count.dataset.none;
  if (count.textContent !== text) count.textContent = text;
};
search.addEventListener("input", find);
search.form.addEventListener("submit", (event) => event.preventDefault());

// The server says what each host offers; this only shows it before the form is sent.
const offer = form.querySelector("[data-offer-status]");
const follow = () => {
  const chosen = form.querySelector("[name=host]:checked");
  for (const button of form.querySelectorAll("[name=action]")) {
    button.disabled = Boolean(chosen) && !chosen.dataset.offers.split(" ").includes(button.value);
  }
  const text = chosen ? chosen.dataset.offer : offer.dataset.offerStatus;
  if (offer.textContent !== text) offer.textContent = text;
};
form.addEventListener("change", follow);
if (search.value) find();
follow();
document.querySelector("[data-live]").addEventListener("live", () => {
  if (search.value) find();
  follow();
});

// On a phone a tap on a card folds the others away. Arrow keys never do: they browse.
const hosts = form.querySelector("[data-hosts]");
let tapped = false;
hosts.addEventListener("pointerdown", () => { tapped = true; });
hosts.addEventListener("keydown", () => { tapped = false; });
hosts.addEventListener("change", () => hosts.toggleAttribute("data-chosen", tapped));
form.querySelector("[data-again]").addEventListener("click", () => {
  hosts.removeAttribute("data-chosen");
  (form.querySelector("[name=host]:checked") ?? search).focus();
});

// A browser that finds no server puts a page of its own in place of the form.
let sure = false;
form.addEventListener("submit", async (event) => {
  if (sure) return;
  event.preventDefault();
  if (!(await refresh())) document.querySelector("[data-offline]").hidden = false;
  else if (!event.submitter?.disabled) {
    sure = true;
    form.requestSubmit(event.submitter);
  }
});
addEventListener("pageshow", () => { sure = false; });
