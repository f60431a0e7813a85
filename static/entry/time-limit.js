// A signal that ends a request after this many milliseconds: AbortSignal.timeout is missing in browsers before Safari 16,
// Chrome 103 and Firefox 100.
export const timeLimit = (milliseconds) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
};
