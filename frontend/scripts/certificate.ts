// Lets a worker's certificate open again without a network.

export {};

const script = document.querySelector<HTMLElement>("#certificate-script");
const worker = script?.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  void navigator.serviceWorker
    .register(worker, { scope: "/c/" })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => {
      // The first visit came before the worker did: hand it what this page is made of.
      const styles = [...document.querySelectorAll<HTMLLinkElement>("link[rel~=stylesheet],link[rel=icon]")];
      ready.active?.postMessage([location.href, ...styles.map((link) => link.href)]);
    })
    .catch(() => undefined);
}
