// Service worker of certificate pages: the network first, else, or when it is slow, what was seen last.

export {};

declare const self: ServiceWorkerGlobalScope;

const CACHE = "strp-certificates";
const PATIENCE_MS = 1_000;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const addresses = event.data as string[];
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(addresses)));
});

self.addEventListener("fetch", (event) => {
  // A file to keep is made anew each time: an old one would look as good as a new one.
  if (event.request.method === "GET" && !/\.(pdf|png)$/.test(new URL(event.request.url).pathname)) {
    event.respondWith(answer(event));
  }
});

async function answer(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE);
  const coming = fresh(event.request, cache);
  // What comes too late for this page is kept for the next.
  event.waitUntil(coming.catch(() => undefined));
  const kept = await cache.match(event.request, { ignoreVary: true });
  if (!kept) {
    return coming;
  }
  const slow = new Promise<undefined>((done) => setTimeout(done, PATIENCE_MS, undefined));
  const first = await Promise.race([coming.catch(() => undefined), slow]);
  // A server that is too busy to answer knows nothing new about the certificate.
  return first && first.status < 500 ? first : kept;
}

async function fresh(request: Request, cache: Cache): Promise<Response> {
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request, response.clone());
  }
  return response;
}
