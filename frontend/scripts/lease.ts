// The heartbeat of a lease: an open page says every half minute that it is there. One that is closed
// says so as well, and one that crashed says nothing more: either way another officer soon gets the
// work. Without this script a lease is for a quarter of an hour.

const IDLE_MS = 600_000; // nobody at a tab left open: its lease ends

type Sign = "open" | "away" | "closed";

export function keepLease(): void {
  const lease = document.querySelector<HTMLElement>("[data-lease]");
  const url = lease?.dataset.lease;
  if (!lease || !url) return;
  const beatMs = Number(lease.dataset.beatS) * 1000;
  const body = (sign: Sign) => new URLSearchParams({ sign });
  let active = Date.now();
  let lost = false;
  let leaving: Sign = "closed";

  const show = (name: "kept" | "lost") => {
    for (const each of lease.querySelectorAll<HTMLElement>("[data-lease-is]")) {
      each.hidden = each.dataset.leaseIs !== name;
    }
  };

  const beat = async () => {
    if (lost || Date.now() - active > IDLE_MS) return;
    const options = { method: "POST", body: body("open"), redirect: "manual" } as const;
    const answer = await fetch(url, options).catch(() => null); // no network: the next may get through
    if (answer?.status === 409) {
      lost = true;
      show("lost");
    } else if (answer?.ok) {
      show("kept");
    }
  };

  for (const kind of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(kind, () => (active = Date.now()), { passive: true });
  }
  // What is reached by a link or a form of ours is the same work; the tab or another site is not.
  document.addEventListener("submit", () => (leaving = "away"));
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>("a[href]");
    if (link && link.origin === location.origin && !link.target) leaving = "away";
  });
  addEventListener("pagehide", () => {
    if (!lost) navigator.sendBeacon(url, body(leaving));
  });
  addEventListener("pageshow", () => {
    leaving = "closed";
    active = Date.now();
    void beat();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void beat();
  });
  setInterval(() => void beat(), beatMs);
}
