// Service worker of the checkpoint app: the page and its files from this phone, all else from the network.
//
// The server writes `APP` before this file: the version, the addresses of the files, and the page
// itself in both languages, so that a page never meets files of another version.

export {};

declare const self: ServiceWorkerGlobalScope;
declare const APP: {
  readonly version: string;
  readonly files: readonly string[];
  readonly pages: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
};

const PAGE = "/checkpoint";
const PREFIX = "strp-checkpoint-";
const CACHE = PREFIX + APP.version;

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("message", (event) => {
  if (event.data === "use") {
    void self.skipWaiting();
  }
});
self.addEventListener("fetch", (event) => {
  const { pathname, origin, searchParams } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && pathname.replace(/\/+$/, "") === PAGE) {
    event.respondWith(page(searchParams.get("lang")));
  } else if (APP.files.includes(pathname)) {
    event.respondWith(keptFile(event.request));
  }
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Names hold a digest of the content: a file that another version kept is the same one.
  await Promise.all(
    APP.files.map(async (file) => {
      const known = await caches.match(file);
      await (known ? cache.put(file, known) : cache.add(file));
    }),
  );
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

function page(language: string | null): Promise<Response> {
  const chosen = language ?? (navigator.language.startsWith("en") ? "en" : "id");
  const body = APP.pages[chosen] ?? APP.pages.id;
  return Promise.resolve(new Response(body, { headers: APP.headers }));
}

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}
