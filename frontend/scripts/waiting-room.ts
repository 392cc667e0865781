// Reads the document that the whole crowd reads, and compares it with the own place. The page works
// without this: then it loads itself anew at the time that it names.

import { pollIntervalS } from "./poll-interval";
import { type Look, minutesLeft } from "./remaining";

interface RoomDocument {
  open: boolean;
  serving: Record<string, number>;
}

const box = document.querySelector<HTMLElement>("#waiting");
const { place, lane, polls, refresh } = box?.dataset ?? {};
const ahead = document.querySelector("#ahead");
const at = document.querySelector("#at");
const language = document.documentElement.lang;

const expected = document.querySelector<HTMLElement>("#expected");
const TOLD_MS = 1_500;
let first: Look | undefined;

function show(distance: number, afterS: number): void {
  const people = Math.max(0, distance - 1).toLocaleString(language);
  if (ahead) ahead.textContent = people;
  document.title = (box?.dataset.ahead ?? "{n}").replace("{n}", people);
  const look = { distance, at: performance.now() };
  first ??= look;
  const minutes = minutesLeft(first, look);
  const { about = "", soon = "" } = expected?.dataset ?? {};
  if (expected && minutes !== undefined) {
    expected.textContent = minutes > 1 ? about.replace("{n}", minutes.toLocaleString(language)) : soon;
  }
  if (at) {
    const time = new Date(Date.now() + afterS * 1000);
    const shown = { timeZone: "Asia/Jakarta", hourCycle: "h23" } as const;
    at.textContent = time.toLocaleTimeString(language, shown);
  }
}

/** Tell by title, sound and vibration that it is this visitor's turn, then go in. */
function comeIn(): void {
  document.title = `● ${box?.dataset.turn ?? ""}`;
  try {
    navigator.vibrate?.([300, 150, 300]);
    const sound = new AudioContext();
    const tone = sound.createOscillator();
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.4);
  } catch {
    // A browser without sound: the title tells it.
  }
  setTimeout(() => location.reload(), TOLD_MS);
}

async function ask(): Promise<void> {
  let afterS = 30;
  try {
    const room = (await (await fetch("/waiting-room.json")).json()) as RoomDocument;
    const distance = Number(place) - (room.serving[lane ?? ""] ?? 0);
    if (room.open && distance <= 0) return comeIn();
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
