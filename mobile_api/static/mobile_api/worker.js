// Keeps the shell and the pages last seen, so that the app opens without a connection. Network first: never stale by choice.

const CACHE = "visita-tech-1";
const SHELL = ["/tech/offline/", "/tech/"];
const NETWORK_WAIT_MS = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => Promise.allSettled(SHELL.map((address) => keep(cache, address))))
      .then(() => self.skipWaiting()),
  );
});

async function keep(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  await cache.put(address, answer.clone());
  const page = await answer.text();
  const parts = [...page.matchAll(/(?:href|src)="(\/(?:static|jsi18n)\/[^"]*)"/g)].map((found) => found[1]);
  await cache.addAll([...new Set(parts)]);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const isPage = event.request.mode === "navigate" && address.pathname.startsWith("/tech/") && !address.pathname.endsWith(".pdf");
  const isPart = /^\/(static|jsi18n)\//.test(address.pathname) || address.pathname.startsWith("/tech/photos/");
  if (isPage || isPart) event.respondWith(networkFirst(event.request, isPage));
});

async function networkFirst(request, isPage) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, isPage ? { signal: AbortSignal.timeout(NETWORK_WAIT_MS) } : {});
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = (await cache.match(request.url, { ignoreVary: true })) ?? (isPage && (await cache.match("/tech/offline/", { ignoreVary: true })));
    if (kept) return kept;
    throw error;
  }
}
