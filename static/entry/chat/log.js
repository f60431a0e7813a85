// The log: messages in the order of their ids, and below them those that are not stored yet.

const MOST_ANNOUNCED = 3;

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export const logOf = (region, { timeZone }) => {
  const list = region.querySelector("ol");
  const news = document.querySelector("[data-words]");
  const language = document.documentElement.lang;
  const hour = new Intl.DateTimeFormat(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(language, { timeZone, weekday: "long", day: "numeric", month: "long" });
  // A day as 2026-11-24, whatever the language.
  const date = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });

  const waiting = (ref) => list.querySelector(`[data-ref="${CSS.escape(ref)}"]`);
  const firstWaiting = () => list.querySelector("[data-ref]");
  // Whoever reads the end of the log stays there when it grows or shrinks; whoever reads further up is left in peace.
  let following = true;
  const toEnd = () => {
    following = true;
    region.scrollTop = region.scrollHeight;
  };
  region.addEventListener("scroll", () => {
    following = region.scrollHeight - region.scrollTop - region.clientHeight < 80;
  });
  const follow = () => { if (following) toEnd(); };
  new ResizeObserver(follow).observe(region);
  new ResizeObserver(follow).observe(list);

  const deliver = (item, state) => {
    item.querySelector("[data-delivery]").replaceWith(clone(state));
    item.classList.toggle("pending", state === "sending");
  };

  const stamp = (item, { id, at }) => {
    const time = item.querySelector("time");
    time.dateTime = at;
    time.textContent = hour.format(new Date(at));
    item.dataset.id = id;
    item.dataset.day = date.format(new Date(at));
    delete item.dataset.ref;
  };

  const openDay = (item, at) => {
    const line = clone("day");
    line.querySelector("time").dateTime = item.dataset.day;
    line.querySelector("time").textContent = day.format(new Date(at));
    item.before(line);
  };

  return {
    hour: (at) => hour.format(new Date(at)),
    toEnd,
    // Many messages at once, as after a sleep, are told as one sentence instead of one by one.
    together(count, change) {
      if (count <= MOST_ANNOUNCED) return change();
      region.setAttribute("aria-live", "off");
      change();
      news.textContent = news.dataset.words.replace("%", count);
      setTimeout(() => region.removeAttribute("aria-live"), 1_000);
    },
    // A message of the conversation. One that was waiting stays where it is if that is its place.
    store(message, own) {
      const before = [...list.querySelectorAll("[data-day]")].at(-1);
      const known = own && waiting(message.ref);
      const item = known || clone(own ? "own" : "theirs");
      if (!known) item.querySelector(".text").textContent = message.text;
      stamp(item, message);
      if (own) deliver(item, "sent");
      const next = firstWaiting();
      if (!item.isConnected || item.nextElementSibling !== next) list.insertBefore(item, next);
      const opensDay = before.dataset.day !== item.dataset.day;
      if (opensDay) openDay(item, message.at);
      const opensRun = opensDay || !before.dataset.id || "own" in before.dataset !== "own" in item.dataset;
      item.querySelector("[data-name]").classList.toggle("visually-hidden", !opensRun);
    },
    // A message that is not stored yet.
    wait({ ref, text }) {
      const item = clone("own");
      item.dataset.ref = ref;
      item.querySelector(".text").textContent = text;
      list.append(item);
    },
    // What is known of a message that is not in its place yet: sending, sent or failed.
    mark(ref, state) {
      const item = waiting(ref);
      if (item) deliver(item, state);
    },
    // The other person has read up to this message.
    read(upto) {
      for (const item of list.querySelectorAll("[data-own][data-id]:not([data-read])")) {
        if (Number(item.dataset.id) > upto) continue;
        item.dataset.read = "";
        deliver(item, "read");
      }
    },
  };
};
