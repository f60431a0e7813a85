// Keeps the messages that the server has not stored yet in the browser's storage, so that a reload does not lose them.
// `conversation` identifies the chat and is not its link. On a device that visitors share, the text stays in the tab,
// and the return to the start deletes it (kiosk.js).
import { createStore } from "../storage.js";

const PREFIX = "entry-unsent ";

// Deletes what is kept of every conversation on this device.
export const forgetUnsent = () => {
  for (const storage of [() => sessionStorage, () => localStorage]) {
    try {
      for (const key of Object.keys(storage())) if (key.startsWith(PREFIX)) storage().removeItem(key);
    } catch {
      // Where storage is forbidden, nothing was kept.
    }
  }
};

export const createUnsent = (conversation, { shared }) => {
  const store = createStore(() => shared ? sessionStorage : localStorage, `${PREFIX}${conversation}`);
  // Where storage is forbidden, the messages are lost with the page.
  let messages = [];
  const read = () => {
    if (store.works()) messages = store.read() ?? [];
    return messages;
  };
  const write = (changed) => {
    messages = changed;
    if (messages.length) store.write(messages);
    else store.clear();
  };
  return {
    all: read,
    add: (message) => write([...read(), message]),
    remove: (ref) => write(read().filter((message) => message.ref !== ref)),
    setFailed: (ref, failed) =>
      write(read().map((message) => (message.ref === ref ? { ...message, failed } : message))),
    clear: () => write([]),
  };
};
