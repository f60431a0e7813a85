// What was written and is not known to be stored yet, kept over a reload: they are the person's words.

export const unsentOf = (link) => {
  const key = `entry-unsent ${link}`;
  // Storage may be full or forbidden: the messages then live as long as the page.
  let messages = [];
  const read = () => {
    try {
      messages = JSON.parse(localStorage.getItem(key) ?? "[]");
    } catch {
      // As above.
    }
    return messages;
  };
  const write = (changed) => {
    messages = changed;
    try {
      if (messages.length) localStorage.setItem(key, JSON.stringify(messages));
      else localStorage.removeItem(key);
    } catch {
      // As above.
    }
  };
  return {
    all: read,
    add: (message) => write([...read(), message]),
    remove: (ref) => write(read().filter((message) => message.ref !== ref)),
    fail: (ref, failed) => write(read().map((message) => (message.ref === ref ? { ...message, failed } : message))),
    clear: () => write([]),
  };
};
