// The upload form, made better where there is a script: drop a file on it, and see how far it is.
// Without this file the form works as any form does.

import { isTurnedAway, saidBy, showAnswer } from "./answer";
import { offerFileButtons } from "./file-button";

const POLL_MS = 500;

begin(document);

function begin(within: ParentNode): void {
  const form = within.querySelector<HTMLFormElement>("#upload");
  if (form) {
    enhance(form);
  }
}

function enhance(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("#roster")!;
  const area = form.closest<HTMLElement>(".strp-upload")!;
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.add("strp-upload--over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    area.addEventListener(name, () => area.classList.remove("strp-upload--over"));
  }
  area.addEventListener("drop", (event) => {
    const files = event.dataTransfer?.files;
    if (files?.length) {
      event.preventDefault();
      input.files = files;
      input.dispatchEvent(new Event("change"));
      input.focus();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function send(form: HTMLFormElement): void {
  const words = form.dataset as Record<
    "progress" | "sending" | "reading" | "lost" | "mostBytes" | "tooLarge" | "ended" | "signIn",
    string
  >;
  const button = form.querySelector<HTMLButtonElement>("button")!;
  const box = form.querySelector<HTMLElement>("#progress")!;
  const text = form.querySelector<HTMLElement>("#progress-text")!;
  const bar = form.querySelector<HTMLProgressElement>("#progress-bar")!;
  const file = form.querySelector<HTMLInputElement>("#roster")!.files?.[0];
  if (file && file.size > Number(words.mostBytes)) {
    box.hidden = false;
    bar.hidden = true;
    text.textContent = words.tooLarge;
    return;
  }
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const request = new XMLHttpRequest();
  let polling = 0;

  const stop = () => {
    window.clearInterval(polling);
    button.disabled = false;
  };
  const poll = async () => {
    const answer = await fetch(words.progress, { headers: { Accept: "application/json" } });
    const { rows } = (await answer.json()) as { rows: number | null };
    if (rows) {
      text.textContent = `${words.reading}: ${number.format(rows)}`;
    }
  };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) {
      bar.value = (100 * event.loaded) / event.total;
    }
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    text.textContent = `${words.reading} …`;
    polling = window.setInterval(() => void poll().catch(() => undefined), POLL_MS);
  });
  request.addEventListener("load", () => {
    stop();
    if (isTurnedAway(request.status)) {
      bar.hidden = true;
      text.textContent = saidBy(request.responseText);
      return;
    }
    if (new URL(request.responseURL).pathname.startsWith("/sign-in")) {
      // The file stays chosen here: another tab signs in, and this one sends it.
      bar.hidden = true;
      const link = document.createElement("a");
      link.className = "govuk-link";
      link.href = `/sign-in?next=${encodeURIComponent(window.location.pathname)}`;
      link.target = "_blank";
      link.textContent = words.signIn;
      text.replaceChildren(`${words.ended} `, link);
      return;
    }
    if (request.responseURL.split("?")[0] !== form.action) {
      window.location.assign(request.responseURL);
      return;
    }
    // The file was refused: the answer is this page again, with the reason on it.
    showAnswer(request.responseText, (main) => {
      offerFileButtons(main);
      begin(main);
    });
  });
  request.addEventListener("error", () => {
    stop();
    text.textContent = words.lost;
    bar.hidden = true;
  });
  button.disabled = true;
  bar.hidden = false;
  bar.value = 0;
  box.hidden = false;
  text.textContent = `${words.sending} …`;
  request.open("POST", form.action);
  request.send(new FormData(form));
}
