// A WebSocket that reconnects after it is lost, with exponential back-off and jitter, and the notice that the server cannot
// be reached. Messages are JSON.

// Close code for a link that was replaced (docs/chat-protocol.md).
const REVOKED_CODE = 4003;

// The notice shows after this long, so that short interruptions go unnoticed.
const SHOW_AFTER = 2_000;

// `backoff` says how long to wait before an attempt: `first` milliseconds, then twice as long each time, up to `max`.
// The delay varies at random by the fraction `jitter`, so that pages do not all return in the same instant. It starts
// at `first` again when a message arrives or, with `resetOnOpen`, as soon as the server accepts the connection. After
// one of `busyCodes`, with which the server closes a connection when there are too many, the delay is `max` at once.
// `onClose` learns whether the connection had been open. When the link was replaced, `onRevoked` is called instead, and
// no attempt follows.
export const openConnection = (path, { backoff, onOpen, onMessage, onClose, onRevoked }) => {
  const { first, max, jitter, resetOnOpen = false, busyCodes = [] } = backoff;
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  let socket = null;
  let attempts = 0;
  let retryTimer = 0;
  let lastActivity = 0;

  // Ends the connection, or the wait for the next attempt, without a call of onClose.
  const disconnect = () => {
    clearTimeout(retryTimer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };

  const connect = () => {
    disconnect();
    lastActivity = Date.now();
    socket = new WebSocket(url);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      lastActivity = Date.now();
      if (resetOnOpen) attempts = 0;
      onOpen();
    };
    socket.onmessage = ({ data }) => {
      lastActivity = Date.now();
      attempts = 0;
      onMessage(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      socket = null;
      if (code === REVOKED_CODE && onRevoked) onRevoked();
      else retry(busyCodes.includes(code) ? max : Math.min(max, first * 2 ** attempts), opened);
    };
  };

  const retry = (delay, wasOpen) => {
    onClose(wasOpen);
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, delay * (1 - jitter + 2 * jitter * Math.random()));
  };

  connect();
  return {
    connect,
    disconnect,
    // Replaces a connection that has failed without a close event.
    reconnect() {
      disconnect();
      retry(0, true);
    },
    // False between a loss and the next attempt, and after disconnect().
    hasSocket: () => socket !== null,
    // Milliseconds since the server was last heard. Absolute, because the device's clock may be set back.
    silence: () => Math.abs(Date.now() - lastActivity),
    // Returns whether the message could be sent.
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
  };
};

// Shows and hides the notice.
export const createOfflineNotice = (element) => {
  let timer = 0;
  return {
    show() {
      timer ||= setTimeout(() => {
        element.hidden = false;
      }, SHOW_AFTER);
    },
    hide() {
      clearTimeout(timer);
      timer = 0;
      element.hidden = true;
    },
  };
};
