// The form for evidence, made better where there is a script: a photo is made smaller before it is
// sent, and the page says how far it is. Without this file the form works as any form does; the
// server makes the photo smaller in any case.

import { isTurnedAway, saidBy, showAnswer } from "./answer";
import { offerFileButtons } from "./file-button";

const PHOTO_BYTES = 500_000;
const STEPS: [side: number, quality: number][] = [
  [2000, 0.8],
  [2000, 0.6],
  [1600, 0.6],
  [1300, 0.45],
  [1000, 0.35],
];

begin(document);

function begin(within: ParentNode): void {
  const form = within.querySelector<HTMLFormElement>("#evidence");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

async function send(form: HTMLFormElement): Promise<void> {
  const words = form.dataset as Record<
    "mostBytes" | "tooLarge" | "shrinking" | "sending" | "reading" | "lost",
    string
  >;
  const button = form.querySelector<HTMLButtonElement>("button")!;
  const box = form.querySelector<HTMLElement>("#progress")!;
  const text = form.querySelector<HTMLElement>("#progress-text")!;
  const bar = form.querySelector<HTMLProgressElement>("#progress-bar")!;
  const chosen = form.querySelector<HTMLInputElement>("#file")!.files?.[0];
  if (!chosen) {
    form.submit();
    return;
  }
  button.disabled = true;
  box.hidden = false;
  bar.hidden = false;
  bar.removeAttribute("value");
  text.textContent = `${words.shrinking} …`;
  const file = await smaller(chosen);
  if (file.size > Number(words.mostBytes)) {
    button.disabled = false;
    bar.hidden = true;
    text.textContent = words.tooLarge;
    return;
  }
  const body = new FormData(form);
  body.set("file", file, chosen.name);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) {
      bar.value = (100 * event.loaded) / event.total;
    }
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    text.textContent = `${words.reading} …`;
  });
  const stop = (said: string) => {
    button.disabled = false;
    bar.hidden = true;
    text.textContent = said;
  };
  request.addEventListener("load", () => {
    if (isTurnedAway(request.status)) {
      stop(saidBy(request.responseText));
      return;
    }
    if (request.responseURL.includes("?done=")) {
      window.location.assign(request.responseURL);
      return;
    }
    // The file was refused: the answer is this page again, with the reason on it.
    showAnswer(request.responseText, (main) => {
      offerFileButtons(main);
      begin(main);
    });
  });
  request.addEventListener("error", () => stop(words.lost));
  text.textContent = `${words.sending} …`;
  request.open("POST", form.action);
  request.send(body);
}

// A photo as JPEG of at most half a megabyte; anything else, and what the browser cannot draw, as it
// is: the server says what is the matter.
async function smaller(file: File): Promise<Blob> {
  if (!["image/jpeg", "image/png"].includes(file.type) || file.size <= PHOTO_BYTES) {
    return file;
  }
  try {
    const picture = await createImageBitmap(file);
    for (const [side, quality] of STEPS) {
      const drawn = await draw(picture, side, quality);
      if (drawn && drawn.size <= PHOTO_BYTES) {
        return drawn;
      }
    }
  } catch {
    return file;
  }
  return file;
}

function draw(picture: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
