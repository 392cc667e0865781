// Offers to print a page that is made for paper.

export {};

const offer = document.querySelector<HTMLElement>("#print");
if (offer) {
  offer.hidden = false;
  offer.querySelector("button")?.addEventListener("click", () => window.print());
}
