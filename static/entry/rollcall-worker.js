// The service worker of the roll call: without a connection, as in a car park, a reload shows the page that rollcall.js
// has cached.
const REQUEST_TIMEOUT = 5_000;

// Waits only so long where there is a cached page. AbortSignal.timeout is missing in older browsers (time-limit.js).
const fetchInTime = async (request, cached) => {
  const controller = new AbortController();
  const timer = cached ? setTimeout(() => controller.abort(), REQUEST_TIMEOUT) : 0;
  const response = await fetch(request, { signal: controller.signal });
  clearTimeout(timer);
  return response;
};

const respond = async (request) => {
  const cached = await caches.match(request, { ignoreVary: true });
  try {
    const response = await fetchInTime(request, cached);
    // A redirect to the login: the device of somebody who is logged out must not keep the list of people.
    if (request.mode === "navigate" && response.type === "opaqueredirect") await caches.delete("roll-call");
    return response;
  } catch (error) {
    if (cached) return cached;
    throw error;
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(respond(event.request));
});
