// One value in the browser's storage, which may be full or forbidden: nothing is kept then, and nothing breaks.

// `storage` returns localStorage or sessionStorage: where storage is forbidden, naming it already throws an error.
export const createStore = (storage, key) => ({
  // Whether the browser lets the page keep anything.
  works() {
    try {
      return Boolean(storage());
    } catch {
      return false;
    }
  },
  // The value (JSON), or null.
  read() {
    try {
      return JSON.parse(storage().getItem(key) ?? "null");
    } catch {
      return null;
    }
  },
  write(value) {
    try {
      storage().setItem(key, JSON.stringify(value));
    } catch {
      // As above.
    }
  },
  clear() {
    try {
      storage().removeItem(key);
    } catch {
      // As above.
    }
  },
});
