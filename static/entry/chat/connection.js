// The chat's connection: joins the conversation, and notices when the server has gone silent or the page has slept.
import { openConnection } from "../connection.js";

// The server sends a beat every 8 seconds, so after two missed beats the connection is dead. A page that wakes up waits
// for one missed beat only.
const DEAD_AFTER = 20_000;
const DEAD_AFTER_ON_WAKE = 12_000;
const CHECK_INTERVAL = 5_000;
// Close codes for too many frames and too many sockets (docs/chat-protocol.md).
const BUSY_CODES = [4008, 4029];

export const openChatConnection = (path, { joinFrame, onFrame, onUp, onDown, onRevoked }) => {
  let closed = false;
  const connection = openConnection(path, {
    backoff: { first: 500, max: 10_000, jitter: 0.25, busyCodes: BUSY_CODES },
    onOpen() {
      connection.send(joinFrame());
      onUp();
    },
    onMessage: onFrame,
    onClose: onDown,
    onRevoked,
  });

  // Timers do not run while a page sleeps; these events are the first to tell that it is awake.
  const wake = () => {
    if (closed || document.visibilityState === "hidden") return;
    if (!connection.hasSocket()) connection.connect();
    else if (connection.silence() > DEAD_AFTER_ON_WAKE) connection.reconnect();
  };
  document.addEventListener("visibilitychange", wake);
  for (const event of ["online", "focus", "pageshow"]) addEventListener(event, wake);
  // A page with an open connection cannot enter the back-forward cache; "pageshow" connects again when it returns.
  addEventListener("pagehide", connection.disconnect);
  setInterval(() => {
    if (connection.hasSocket() && connection.silence() > DEAD_AFTER) connection.reconnect();
  }, CHECK_INTERVAL);

  return {
    send: connection.send,
    close() {
      closed = true;
      connection.disconnect();
    },
  };
};
