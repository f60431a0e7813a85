// The connection. It comes back by itself: after a cut, a server's restart, or a sleep in which nothing was noticed.

// The server sends a beat every 8 seconds, so a line that is silent for longer than two is dead.
const DEAD = 20_000;
const LATE = 12_000;
const LONGEST_PAUSE = 10_000;
// The server's words for “not so often” (docs/chat-protocol.md).
const BUSY = [4008, 4029];

export const openLine = (path, { join, heard, up, down }) => {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  let socket = null;
  let tries = 0;
  let timer = 0;
  let last = Date.now();
  let closed = false;

  // The clock may be wrong or be set, so the silence counts in both directions.
  const silence = () => Math.abs(Date.now() - last);
  const isUp = () => socket?.readyState === WebSocket.OPEN;

  const drop = () => {
    clearTimeout(timer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  };

  const connect = () => {
    if (closed) return;
    drop();
    last = Date.now();
    socket = new WebSocket(url);
    socket.onopen = () => {
      last = Date.now();
      socket.send(JSON.stringify(join()));
      up();
    };
    socket.onmessage = ({ data }) => {
      last = Date.now();
      tries = 0;
      heard(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      socket = null;
      lost(BUSY.includes(code) ? LONGEST_PAUSE : Math.min(LONGEST_PAUSE, 500 * 2 ** tries));
    };
  };

  const lost = (pause) => {
    if (closed) return;
    down();
    tries += 1;
    clearTimeout(timer);
    timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
  };

  const replace = () => {
    drop();
    lost(0);
  };

  // Timers stand still while a page sleeps; these events are the first sign of its waking.
  const wake = () => {
    if (closed || document.visibilityState === "hidden") return;
    if (!socket) connect();
    else if (silence() > LATE) replace();
  };
  document.addEventListener("visibilitychange", wake);
  for (const event of ["online", "focus", "pageshow"]) addEventListener(event, wake);
  addEventListener("pagehide", drop);
  setInterval(() => { if (socket && silence() > DEAD) replace(); }, 5_000);

  connect();
  return {
    send(frame) {
      if (!isUp()) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    close() {
      closed = true;
      drop();
    },
  };
};
