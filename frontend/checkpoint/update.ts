// The app itself, kept for use without a network; a new version never interrupts a shift.

const WORKER = "/checkpoint/worker.js";
const SCOPE = "/checkpoint";
const LOOK_EVERY_MS = 30 * 60_000;
const LOOK_AFTER_EVERY_MS = 60_000;

export interface AppEvents {
  /** The app is kept. */
  readonly ready: () => void;
  /** The browser, or somebody, cleared what was kept; it is kept again as soon as that can be. */
  readonly lost: () => void;
  /** A new version waits; calling `use` starts it. */
  readonly newVersion: (use: () => void) => void;
}

export function keepApp(events: AppEvents): void {
  if ("serviceWorker" in navigator) {
    void register(events).catch(() => undefined); // the phone's storage is full, or keeps nothing
    setInterval(() => void lookAfter(events), LOOK_AFTER_EVERY_MS);
    addEventListener("online", () => void lookAfter(events));
  }
}

let isKept = false;
/** Whether the worker that takes over is the one of before, kept anew: no reason to load the page. */
let isSameAgain = false;

async function lookAfter(events: AppEvents): Promise<void> {
  const { serviceWorker } = navigator;
  if (!isKept || (await serviceWorker.getRegistration(SCOPE))) {
    return;
  }
  events.lost();
  const registration = await serviceWorker.register(WORKER, { scope: SCOPE }).catch(() => null);
  isSameAgain = registration !== null;
  const coming = registration?.installing;
  coming?.addEventListener("statechange", () => coming.state === "activated" && events.ready());
}

async function register(events: AppEvents): Promise<void> {
  const { serviceWorker } = navigator;
  const wasKept = serviceWorker.controller !== null;
  const registration = await serviceWorker.register(WORKER, { scope: SCOPE });
  void serviceWorker.ready.then(() => {
    isKept = true;
    events.ready();
  });
  void navigator.storage?.persist?.().catch(() => false);
  if (!wasKept) {
    return; // the first start: there is nothing to replace
  }
  serviceWorker.addEventListener("controllerchange", () => {
    if (!isSameAgain) {
      location.reload();
    }
    isSameAgain = false;
  });
  const use = () => registration.waiting?.postMessage("use");
  if (registration.waiting) {
    use(); // it came in an earlier shift, and nothing is being scanned yet
  }
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && events.newVersion(use));
  });
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
}
