// On a visitor's own phone: keeps name, email and phone number in this browser, if the visitor agrees, until the
// visitor deletes them. The server receives them only as part of a check-in.
import { createStore } from "./storage.js";

const form = document.querySelector("[data-checkin]");
const consent = form.querySelector("[data-remember]");
const notice = form.querySelector("[data-remembered]");
const fields = ["name", "email", "phone"].map((name) => form.elements[name]);
const store = createStore(() => localStorage, "entry.details");

const showNotice = (remembered) => {
  consent.hidden = remembered;
  notice.hidden = !remembered;
};

const details = store.read();
if (details && fields.every((field) => !field.value)) {
  for (const field of fields) field.value = details[field.name] ?? "";
}
if (store.works()) showNotice(Boolean(details));

form.addEventListener("submit", () => {
  if (!store.read() && !consent.querySelector("input").checked) return;
  store.write(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
});
notice.querySelector("button").addEventListener("click", () => {
  store.clear();
  for (const field of fields) field.value = "";
  showNotice(false);
  fields[0].focus();
});
