// On every page: the clock, focus on the errors, print. Every page works without this file.
const clock = document.querySelector("[data-clock]");
if (clock) {
  const part = (options) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: clock.dataset.clock, ...options });
  const day = part({ weekday: "short", day: "numeric", month: "short" });
  const hour = part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const tick = () => {
    const now = new Date();
    clock.dateTime = now.toISOString();
    clock.querySelector("span").textContent = day.format(now).replace(",", "");
    clock.querySelector("b").textContent = hour.format(now);
  };
  tick();
  setInterval(tick, 1000);
}

document.querySelector("[data-errors]")?.focus();
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
