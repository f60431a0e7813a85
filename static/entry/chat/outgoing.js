// Sends the messages that the person writes, in the order in which they were written. Each stays in `unsent` until the
// server has stored it, and is sent again after a reconnect.

// crypto.randomUUID is missing on a plain http address other than localhost, such as one in the office's own network.
const createRef = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

export const createOutgoing = (unsent, log, send) => {
  let pauseTimer = 0;

  // During a pause nothing is sent: a later message must not overtake an earlier one.
  const transmit = ({ ref, text, failed = false }) => {
    if (!pauseTimer && !failed) send({ type: "send", ref, text });
  };
  const resend = () => unsent.all().forEach(transmit);

  const fail = (ref) => {
    unsent.setFailed(ref, true);
    log.setDelivery(ref, "failed");
  };

  return {
    resend,
    fail,
    isPaused: () => pauseTimer !== 0,
    add(text) {
      const message = { ref: createRef(), text };
      unsent.add(message);
      log.addPending(message);
      log.scrollToEnd();
      transmit(message);
    },
    // Puts the messages of an earlier visit to this page into the log.
    restore() {
      for (const message of unsent.all()) {
        log.addPending(message);
        if (message.failed) log.setDelivery(message.ref, "failed");
      }
      log.scrollToEnd();
    },
    stored(ref) {
      unsent.remove(ref);
      log.setDelivery(ref, "sent");
    },
    retry(ref) {
      unsent.setFailed(ref, false);
      log.setDelivery(ref, "sending");
      unsent.all().filter((message) => message.ref === ref).forEach(transmit);
    },
    // The server has asked for a pause (docs/chat-protocol.md).
    pause(seconds, onResume) {
      clearTimeout(pauseTimer);
      pauseTimer = setTimeout(() => {
        pauseTimer = 0;
        onResume();
        resend();
      }, seconds * 1_000);
    },
    // The appointment has ended: nothing more can be sent.
    end() {
      clearTimeout(pauseTimer);
      for (const { ref } of unsent.all()) fail(ref);
    },
  };
};
