// Stands in for the network in the car park: a reload without a connection shows the roll call that rollcall.js keeps.
const PATIENCE = 5_000; // milliseconds

const answer = async (request) => {
  const kept = await caches.match(request, { ignoreVary: true });
  try {
    const response = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : undefined);
    // Sent to the login: whoever is not logged in any more leaves no list of people on the device.
    if (request.mode === "navigate" && response.type === "opaqueredirect") await caches.delete("roll-call");
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
