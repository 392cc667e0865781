// The app itself, kept for use without a network; a new version never interrupts a shift.

const WORKER = "/checkpoint/worker.js";
const SCOPE = "/checkpoint";
const LOOK_EVERY_MS = 30 * 60_000;

export interface AppEvents {
  /** The app is kept. */
  readonly ready: () => void;
  /** A new version waits; calling `use` starts it. */
  readonly newVersion: (use: () => void) => void;
}

export function keepApp(events: AppEvents): void {
  if ("serviceWorker" in navigator) {
    void register(events).catch(() => undefined); // the phone's storage is full, or keeps nothing
  }
}

async function register(events: AppEvents): Promise<void> {
  const { serviceWorker } = navigator;
  const wasKept = serviceWorker.controller !== null;
  const registration = await serviceWorker.register(WORKER, { scope: SCOPE });
  void serviceWorker.ready.then(events.ready);
  void navigator.storage?.persist?.().catch(() => false);
  if (!wasKept) {
    return; // the first start: there is nothing to replace
  }
  serviceWorker.addEventListener("controllerchange", () => location.reload());
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
