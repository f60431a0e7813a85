// Brings the messages before the first one of the page into the log, where the link to them is.

export const createEarlier = (page, log) => {
  const summary = page.querySelector("[data-earlier-words]");

  const bring = async (link) => {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(response.statusText);
    const { body } = new DOMParser().parseFromString(await response.text(), "text/html");
    const earlier = [...body.querySelectorAll(".messages .note ~ :is(.message, .day)")];
    const next = body.querySelector("[data-earlier] a")?.getAttribute("href");
    log.addEarlier(link.parentElement, next, earlier);
    const count = earlier.filter((item) => item.matches(".message")).length;
    summary.textContent = summary.dataset.earlierWords.replace("%", count);
  };

  let bringing = false;
  page.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-earlier] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (bringing) return;
    bringing = true;
    // Without an answer the link leads to the page itself, which says what is wrong.
    await bring(link).catch(() => location.assign(link.href));
    bringing = false;
  });
};
