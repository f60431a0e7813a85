// What was written and is not known to be stored yet, kept over a reload: they are the person's words.

export const unsentOf = (link) => {
  const key = `entry-unsent ${link}`;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "[]");
    } catch {
      return [];
    }
  };
  const write = (messages) => {
    try {
      if (messages.length) localStorage.setItem(key, JSON.stringify(messages));
      else localStorage.removeItem(key);
    } catch {
      // Storage may be full or forbidden: the messages then live as long as the page.
    }
  };
  return {
    all: read,
    add: (message) => write([...read(), message]),
    remove: (ref) => write(read().filter((message) => message.ref !== ref)),
    clear: () => write([]),
  };
};
