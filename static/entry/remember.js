// On a visitor's own phone: name, email and phone number are kept in this browser, if the visitor says so, until the
// visitor has them forgotten. They reach the server with a check-in and in no other way.
const form = document.querySelector("[data-checkin]");
const ask = form.querySelector("[data-remember]");
const filled = form.querySelector("[data-remembered]");
const fields = ["name", "email", "phone"].map((name) => form.elements[name]);
const KEY = "entry.details";

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
};
const show = (known) => {
  ask.hidden = known;
  filled.hidden = !known;
};

const details = kept();
if (details && fields.every((field) => !field.value)) for (const field of fields) field.value = details[field.name] ?? "";
show(Boolean(details));

form.addEventListener("submit", () => {
  if (!kept() && !ask.querySelector("input").checked) return;
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
});
filled.querySelector("button").addEventListener("click", () => {
  localStorage.removeItem(KEY);
  for (const field of fields) field.value = "";
  show(false);
  fields[0].focus();
});
