// Check-in: searches the hosts, shows what the chosen host offers, collapses the list on a phone, and submits only when
// the server can be reached, so that no input is lost. The page works without this file.
import { refresh } from "./live.js";

const form = document.querySelector("[data-checkin]");

// The server folds text in the same way when it searches the hosts.
const PLAIN = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ـ: "" };
for (const [letters, others] of [["øłđðıəħŧŋςيىك", "olddiehtnσییک"], ["’‘ʼʻ＇", "'''''"], ["‐‑–", "---"]]) {
  [...letters].forEach((letter, place) => PLAIN[letter] = others[place]);
}
const plain = (text) => [...text].map((letter) => PLAIN[letter] ?? letter).join("");
// Twice, since a letter may be told only after its accent has gone, and the other way round.
const fold = (text) => plain(plain(text.toLowerCase()).normalize("NFKD").replace(/\p{M}/gu, ""));

const search = form.querySelector("[type=search]");
const count = form.querySelector("[data-count]");
const filterHosts = () => {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const card of form.querySelectorAll(".hosts > li")) {
    const [name, title] = card.querySelectorAll("strong, strong + span");
    card.text ??= fold(`${name.textContent} ${title.textContent}`);
    const chosen = card.querySelector("input").checked;
    card.hidden = !chosen && !words.every((word) => card.text.includes(word));
    if (!card.hidden) shown += 1;
  }
  const text = !words.length ? "" : shown ? count.dataset.shown.replace("%s", shown) : count.dataset.none;
  if (count.textContent !== text) count.textContent = text;
};
search.addEventListener("input", filterHosts);
search.form.addEventListener("submit", (event) => event.preventDefault());

// The server decides what each host offers; this shows it before the form is submitted.
const offer = form.querySelector("[data-offer-status]");
const showOffer = () => {
  const chosen = form.querySelector("[name=host]:checked");
  for (const button of form.querySelectorAll("[name=action]")) {
    button.disabled = Boolean(chosen) && !chosen.dataset.offers.split(" ").includes(button.value);
  }
  const text = chosen ? chosen.dataset.offer : offer.dataset.offerStatus;
  if (offer.textContent !== text) offer.textContent = text;
};
const update = () => {
  if (search.value) filterHosts();
  showOffer();
};
form.addEventListener("change", showOffer);
update();
document.querySelector("[data-live]").addEventListener("live", update);

// On a phone, a tap on a host collapses the list to that host. The arrow keys do not, because they also choose a host
// when somebody only moves through the list.
const hosts = form.querySelector("[data-hosts]");
let tapped = false;
hosts.addEventListener("pointerdown", () => {
  tapped = true;
});
hosts.addEventListener("keydown", () => {
  tapped = false;
});
hosts.addEventListener("change", () => hosts.toggleAttribute("data-chosen", tapped));
form.querySelector("[data-again]").addEventListener("click", () => {
  hosts.removeAttribute("data-chosen");
  (form.querySelector("[name=host]:checked") ?? search).focus();
});

// When the server cannot be reached, the browser would replace the form with its own error page. Enter in a field is a
// click on the first button, too; the button that was pressed is pressed again, because requestSubmit and
// SubmitEvent.submitter are missing in browsers before Safari 16.
let confirmed = false;
let pressed = form.querySelector("[name=action]");
form.addEventListener("click", ({ target }) => {
  pressed = target.closest("[name=action]") ?? pressed;
});
form.addEventListener("submit", async (event) => {
  if (confirmed) return;
  event.preventDefault();
  if (!(await refresh())) document.querySelector("[data-offline]").hidden = false;
  else if (!pressed.disabled) {
    confirmed = true;
    pressed.click();
  }
});
addEventListener("pageshow", () => {
  confirmed = false;
});
