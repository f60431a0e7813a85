// The log: the stored messages in the order of their ids, followed by the pending ones, which have a `data-ref`.

const MAX_ANNOUNCED = 3;
// For as long as a screen reader may take to notice a change.
const ANNOUNCE_AGAIN_AFTER = 1_000;

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export const createLog = (region, { timeZone }) => {
  const list = region.querySelector("ol");
  const summary = document.querySelector("[data-words]");
  const language = document.documentElement.lang;
  const time = new Intl.DateTimeFormat(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(language, { timeZone, weekday: "long", day: "numeric", month: "long" });
  // An ISO date such as 2026-11-24, in any language.
  const isoDate = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const formatTime = (at) => time.format(new Date(at));

  const findPending = (ref) => list.querySelector(`[data-ref="${CSS.escape(ref)}"]`);
  const firstPending = () => list.querySelector("[data-ref]");

  // Whoever reads the end of the log stays there when its size changes; whoever reads further up is not moved.
  let atEnd = true;
  const scrollToEnd = () => {
    atEnd = true;
    region.scrollTop = region.scrollHeight;
  };
  region.addEventListener("scroll", () => {
    atEnd = region.scrollHeight - region.scrollTop - region.clientHeight < 80;
  });
  const stayAtEnd = () => {
    if (atEnd) scrollToEnd();
  };
  if (globalThis.ResizeObserver) {
    for (const element of [region, list]) new ResizeObserver(stayAtEnd).observe(element);
  }

  const showDelivery = (item, state) => {
    item.querySelector("[data-delivery]").replaceWith(clone(state));
    item.classList.toggle("pending", state === "sending");
  };

  const setStored = (item, { id, at }) => {
    const element = item.querySelector("time");
    element.dateTime = at;
    element.textContent = formatTime(at);
    item.dataset.id = id;
    item.dataset.day = isoDate.format(new Date(at));
    delete item.dataset.ref;
  };

  const insertDay = (item, at) => {
    const heading = clone("day");
    heading.querySelector("time").dateTime = item.dataset.day;
    heading.querySelector("time").textContent = day.format(new Date(at));
    item.before(heading);
  };

  // Screen readers do not announce what `change` adds to the log.
  const addSilently = (change) => {
    region.setAttribute("aria-live", "off");
    change();
    setTimeout(() => region.removeAttribute("aria-live"), ANNOUNCE_AGAIN_AFTER);
  };

  return {
    formatTime,
    scrollToEnd,
    // A screen reader announces many messages at once, as after a sleep, as one sentence instead of one by one.
    announceTogether(count, change) {
      if (count <= MAX_ANNOUNCED) return change();
      addSilently(change);
      summary.textContent = summary.dataset.words.replace("%", count);
    },
    // Items of an earlier page, in place of the link to it; `next` is the address of the page before, if there is one.
    // What is being read stays where it is.
    addEarlier(place, next, items) {
      const belowTop = region.scrollHeight - region.scrollTop;
      const following = place.nextElementSibling;
      const opened = following?.matches(".day") && following.querySelector("time").dateTime;
      if (opened && opened === items[items.length - 1]?.dataset.day) following.remove();
      addSilently(() => place.after(...items));
      if (next) {
        place.querySelector("a").setAttribute("href", next);
      } else {
        const focused = place.contains(document.activeElement);
        place.remove();
        if (focused) region.focus({ preventScroll: true });
      }
      region.scrollTop = region.scrollHeight - belowTop;
    },
    // A message that the server has stored. One that was pending moves only if its place has changed.
    addStored(message, own) {
      const previous = [...list.querySelectorAll("[data-day]")].pop();
      const pending = own && findPending(message.ref);
      const item = pending || clone(own ? "own" : "theirs");
      if (!pending) item.querySelector(".text").textContent = message.text;
      setStored(item, message);
      if (own) showDelivery(item, "sent");
      const next = firstPending();
      if (!item.isConnected || item.nextElementSibling !== next) list.insertBefore(item, next);
      const opensDay = previous.dataset.day !== item.dataset.day;
      if (opensDay) insertDay(item, message.at);
      const opensRun = opensDay || !previous.dataset.id || "own" in previous.dataset !== "own" in item.dataset;
      item.querySelector("[data-name]").classList.toggle("visually-hidden", !opensRun);
    },
    // A message that the server has not stored yet.
    addPending({ ref, text }) {
      const item = clone("own");
      item.dataset.ref = ref;
      item.querySelector(".text").textContent = text;
      list.append(item);
    },
    // The delivery of a pending message: sending, sent or failed.
    setDelivery(ref, state) {
      const item = findPending(ref);
      if (item) showDelivery(item, state);
    },
    // The other person has read all messages up to this one.
    markRead(upto) {
      for (const item of list.querySelectorAll("[data-own][data-id]:not([data-read])")) {
        if (Number(item.dataset.id) > upto) continue;
        item.dataset.read = "";
        showDelivery(item, "read");
      }
    },
  };
};
