// Says so when the scripts of a page could not start, as in a browser that is too old for them (docs/browsers.md). They
// remove the notice; this file is no module and keeps to what old browsers know.
addEventListener("load", function () {
  setTimeout(function () {
    const notice = document.querySelector("[data-unstarted]");
    if (notice) notice.hidden = false;
  }, 5000);
});
