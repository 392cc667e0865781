// A filing's page, while certificates are being made: asks again by itself, ever more rarely, and
// shows the new page when all of them are there. Nobody needs to reload.

import { offerHandOut } from "./hand-out";

const MAKING = "[data-making]";
const FIRST_WAIT_MS = 1_500;
const MOST_TRIES = 8;

offerHandOut();
void watch();

async function watch(): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES && document.querySelector(MAKING); tries += 1) {
    await new Promise((done) => window.setTimeout(done, FIRST_WAIT_MS * 2 ** tries));
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [shown, now] = [document.querySelector("#workers"), fresh.querySelector("#workers")];
    if (answer.ok && shown && now && !now.querySelector(MAKING)) {
      shown.replaceWith(now);
      offerHandOut();
    }
  }
}
