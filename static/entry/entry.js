// On every page: runs the clock, moves the focus to the errors of a form, prints, and notes that a person is here. The
// pages work without this file.
import "./person.js";

const clock = document.querySelector("[data-clock]");
if (clock) {
  const formatter = (options) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: clock.dataset.clock, ...options });
  const day = formatter({ weekday: "short", day: "numeric", month: "short" });
  const time = formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const update = () => {
    const now = new Date();
    clock.dateTime = now.toISOString();
    clock.querySelector("span").textContent = day.format(now).replace(",", "");
    clock.querySelector("b").textContent = time.format(now);
  };
  update();
  setInterval(update, 1_000);
}

document.querySelector("[data-errors]")?.focus();
document.querySelector("[data-print]")?.addEventListener("click", () => print());
