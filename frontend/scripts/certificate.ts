// Lets a worker's certificate open again without a network, and never say more than is known.

import { stateOf } from "./certificate-state.ts";

const script = document.querySelector<HTMLElement>("#certificate-script");
const worker = script?.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  void navigator.serviceWorker
    .register(worker, { scope: "/c/" })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => {
      // The first visit came before the worker did: hand it what this page is made of.
      const styles = [...document.querySelectorAll<HTMLLinkElement>("link[rel~=stylesheet],link[rel=icon]")];
      const scripts = script instanceof HTMLScriptElement ? [script.src] : [];
      ready.active?.postMessage([location.href, ...styles.map((link) => link.href), ...scripts]);
    })
    .catch(() => undefined);
}

const LOOK_EVERY_MS = 30_000;
const card = document.querySelector<HTMLElement>(".strp-permit");
if (card) {
  showState(card);
  setInterval(() => showState(card), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => showState(card));
}

/** Say that what the card shows is old, and take back "valid" where its period is over. */
function showState(card: HTMLElement): void {
  const { checkedAt, endsAt } = card.dataset;
  const { isOld, isOver } = stateOf(checkedAt, endsAt, Date.now());
  card.querySelector<HTMLElement>(".strp-permit__old")?.toggleAttribute("hidden", !isOld);
  if (!isOver || !card.querySelector(".strp-permit__qr")) {
    return;
  }
  card.className = "strp-permit strp-permit--bad";
  card.dataset.verdict = "EXPIRED";
  const state = card.querySelector<HTMLElement>(".strp-permit__state");
  if (state?.dataset.over) {
    state.textContent = state.dataset.over;
  }
  card.querySelector(".strp-permit__qr")?.remove();
  document.querySelector("[data-while-valid]")?.remove();
}
