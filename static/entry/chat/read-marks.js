// Read marks tell the server up to which message the person has read. Every message on a visible page counts as read, once
// a person is at it.
// Marks are sent at most every two seconds.
const INTERVAL = 2_000;

export const createReadMarks = (lastId, send) => {
  let hasReader = false;
  let sentId = 0;
  let timer = 0;

  const mark = () => {
    if (!hasReader || timer || sentId >= lastId || document.visibilityState !== "visible") return;
    if (!send({ type: "read", upto: lastId })) return;
    sentId = lastId;
    timer = setTimeout(markNow, INTERVAL);
  };
  const markNow = () => {
    clearTimeout(timer);
    timer = 0;
    mark();
  };
  document.addEventListener("visibilitychange", mark);
  // What the person saw in the last two seconds is marked too, so that it is not emailed as unread.
  addEventListener("pagehide", markNow);

  return {
    markNow,
    // The page now shows all messages up to this one.
    shown(id) {
      lastId = id;
      mark();
    },
    // A person is at the page, and the server knows. On a new connection it may have missed the last mark.
    start() {
      hasReader = true;
      sentId = 0;
      mark();
    },
  };
};
