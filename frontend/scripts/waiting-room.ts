// Reads the document that the whole crowd reads, and compares it with the own place. The page works
// without this: then it loads itself anew at the time that it names.

import { pollIntervalS } from "./poll-interval";

interface RoomDocument {
  open: boolean;
  serving: Record<string, number>;
}

const box = document.querySelector<HTMLElement>("#waiting");
const { place, lane, polls, refresh } = box?.dataset ?? {};
const ahead = document.querySelector("#ahead");
const at = document.querySelector("#at");
const language = document.documentElement.lang;

function show(distance: number, afterS: number): void {
  if (ahead) ahead.textContent = distance.toLocaleString(language);
  if (at) {
    const time = new Date(Date.now() + afterS * 1000);
    const shown = { timeZone: "Asia/Jakarta", hourCycle: "h23" } as const;
    at.textContent = time.toLocaleTimeString(language, shown);
  }
}

async function ask(): Promise<void> {
  let afterS = 30;
  try {
    const room = (await (await fetch("/waiting-room.json")).json()) as RoomDocument;
    const distance = Number(place) - (room.serving[lane ?? ""] ?? 0);
    if (room.open && distance <= 0) return location.reload();
    afterS = pollIntervalS(distance, Number(polls), Math.random());
    show(Math.max(0, distance), afterS);
  } catch {
    // The front does not answer: the place is kept, ask again later.
  }
  setTimeout(() => void ask(), afterS * 1000);
}

// Before opening, at a full door and while the line has stopped the document does not tell enough,
// so the page itself has to be asked again.
if (box && document.querySelector("#expected")) setTimeout(() => void ask(), Number(refresh) * 1000);
else if (box) setTimeout(() => location.reload(), Number(refresh) * 1000);
