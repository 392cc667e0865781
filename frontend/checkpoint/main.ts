// The checkpoint app: scans, judges, shows; all of it without a network once it was opened with one.

import { ruleAt, windowAt } from "../verifier/src/index";
import { Camera, type CameraFault } from "./camera";
import { guideOf } from "./guide";
import { HeldCodes } from "./held";
import { Judge, type Refusal, type Result } from "./judge";
import { Knowledge } from "./knowledge";
import { keepLineBreaks } from "./pasted";
import { PictureFault, picturesOf } from "./picture";
import { Reader } from "./reader";
import { allowSound, signal } from "./signals";
import { keepApp } from "./update";
import { cards, gravestFirst, type Shown, toneOf } from "./view";
import { currentLanguage, dotted, type Language, say, setLanguage, span, type Word, word } from "./words";

/** Frames a second at most: a phone that reads more only grows warm. */
const FRAME_EVERY_MS = 120;
/** Every so many frames without a code, the middle is looked at again, larger and sharpened. */
const AGAIN_EVERY = 5;
/** Where the browser's own reader is used: every so many frames zxing looks too, for inverted codes. */
const ZXING_EVERY = 3;
/** A verdict that nobody looks at any more is taken away: it is not the next person's. */
const SHOWN_FOR_MS = 45_000;
const LANGUAGE_KEY = "strp.language";
const KIND_KEY = "strp.checkpoint";

const at = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const view = at("view");
const video = at<HTMLVideoElement>("video");
const scanButton = at<HTMLButtonElement>("scan");
const torchButton = at<HTMLButtonElement>("torch");
const kindSelect = at<HTMLSelectElement>("kind");
const codeInput = at<HTMLInputElement>("code");
const photoInput = at<HTMLInputElement>("photo");
const codeText = keepLineBreaks(codeInput);

const reader = new Reader();
const held = new HeldCodes();
const camera = new Camera(video, () => told("cameraBusy"));
const knowledge = new Knowledge(() => void learned());
const judge = new Judge(knowledge, () => kind);
let kind: string | null = null;
let shown: Shown | null = null;
/** Texts of the codes that are shown: news may change what they are worth. */
let shownTexts: readonly string[] = [];
let judged = 0;
let isScanning = false;
let isReady = false;
let notice: { word: Word; gaps?: Record<string, string> } | null = null;
let clearing: ReturnType<typeof setTimeout> | undefined;

void start();

async function start(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  setLanguage(languageOf(asked.get("lang") ?? remembered(LANGUAGE_KEY) ?? document.documentElement.lang));
  kind = asked.get("checkpoint") || remembered(KIND_KEY) || null;
  at("app").hidden = false;
  listen();
  showWords();
  if (!window.isSecureContext) {
    told("insecure", { host: location.host });
  }
  void reader.start().catch(() => told("readerFailed"));
  keepApp({
    ready: () => {
      isReady = true;
      showState();
    },
    lost: () => {
      isReady = false;
      showState();
    },
    newVersion: (use) => {
      at("new-version").hidden = false;
      at("use-new-version").addEventListener("click", use);
    },
  });
  await knowledge.start();
  if (window.isSecureContext) {
    void Camera.whenGranted(() => camera.isOn || void scan());
    if (await Camera.isGranted()) {
      await scan();
    }
  }
}

function listen(): void {
  codeInput.addEventListener("focus", () => codeInput.select());
  addEventListener("pointerdown", allowSound);
  scanButton.addEventListener("click", () => void scan());
  torchButton.addEventListener("click", () => {
    const isOn = torchButton.getAttribute("aria-pressed") !== "true";
    torchButton.setAttribute("aria-pressed", String(isOn));
    void camera.setTorch(isOn);
  });
  at("next-camera").addEventListener("click", () => void camera.useNext().then(lookIfOn));
  at<HTMLInputElement>("zoom").addEventListener("input", (event) => {
    void camera.setZoom(Number((event.target as HTMLInputElement).value));
  });
  at("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    void typed();
  });
  photoInput.addEventListener("change", () => void photo());
  kindSelect.addEventListener("change", () => chooseKind(kindSelect.value || null));
  at("language").addEventListener("click", (event) => {
    event.preventDefault();
    setLanguage(currentLanguage() === "id" ? "en" : "id");
    remember(LANGUAGE_KEY, currentLanguage());
    showWords();
  });
  at("forget").addEventListener("click", () => void knowledge.forget());
  document.addEventListener("visibilitychange", () => void pauseOrGoOn());
}

// Scanning

async function scan(): Promise<void> {
  allowSound();
  await lookIfOn(await camera.start());
}

async function lookIfOn(fault: CameraFault | null): Promise<void> {
  showCamera(fault);
  if (camera.isOn && !isScanning) {
    isScanning = true;
    void navigator.wakeLock?.request("screen").catch(() => undefined);
    await look();
    isScanning = false;
  }
}

/** Look at frame after frame, until the camera is off. */
async function look(): Promise<void> {
  for (let frame = 0, empty = 0; camera.isOn; frame++) {
    const startedMs = performance.now();
    try {
      const texts = await codesInFrame(frame, empty);
      empty = texts.length > 0 ? 0 : empty + 1;
      if (texts.some((text) => shownTexts.includes(text))) {
        clearLater(); // it is still held there
      }
      const toJudge = held.toJudge(texts, performance.now());
      if (toJudge.length > 0) {
        await show(await judgeAll(toJudge), toJudge);
      }
    } catch {
      told("readerFailed"); // and go on: the next frame may do better
    }
    await nextFrame(FRAME_EVERY_MS - (performance.now() - startedMs));
  }
}

async function codesInFrame(frame: number, empty: number): Promise<string[]> {
  const native = video.videoWidth > 0 ? await reader.readNative(video) : null;
  if (native !== null && (native.length > 0 || frame % ZXING_EVERY !== 0)) {
    return native;
  }
  const image = camera.frame();
  if (!image) {
    return [];
  }
  return reader.read(image, empty > 0 && empty % AGAIN_EVERY === 0 ? "again" : "frame");
}

function nextFrame(afterMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, afterMs)));
}

async function pauseOrGoOn(): Promise<void> {
  if (document.hidden) {
    camera.stop();
    showCamera(null);
  } else if (window.isSecureContext && !camera.isOn && (await Camera.isGranted())) {
    await scan();
  }
}

// What else is judged

async function typed(): Promise<void> {
  const text = codeText();
  if (!text.trim()) {
    await show([{ word: "emptyCode" }]);
    return;
  }
  codeInput.blur(); // the keyboard would cover the verdict
  reading();
  await knowledge.settled();
  await show([await judge.typed(text)]);
}

async function photo(): Promise<void> {
  const [file] = photoInput.files ?? [];
  if (!file) {
    return;
  }
  reading();
  await knowledge.settled();
  await judgePhoto(file);
  photoInput.value = ""; // the same photo may be chosen again
}

async function judgePhoto(file: File): Promise<void> {
  try {
    const texts = new Set<string>();
    for (const picture of await picturesOf(file)) {
      for (const text of await reader.read(picture, "photo")) texts.add(text);
    }
    const codes = [...texts];
    await (codes.length > 0 ? show(await judgeAll(codes), codes) : show([{ word: "noCode" }]));
  } catch (error) {
    await show([{ word: error instanceof PictureFault ? error.word : "readerFailed" }]);
  }
}

function judgeAll(texts: readonly string[]): Promise<(Result | Refusal)[]> {
  return Promise.all(texts.map((text) => judge.text(text)));
}

/** News came: say it, and judge again what is still shown; where nothing changes, nothing sounds. */
async function learned(): Promise<void> {
  showState();
  const before = shown;
  if (!before || shownTexts.length === 0) {
    return;
  }
  const texts = shownTexts;
  const again = gravestFirst(await judgeAll(texts));
  const verdicts = (results: readonly (Result | Refusal)[]) =>
    results.map((result) => ("word" in result ? result.word : result.verdict)).join();
  if (shown === before && verdicts(again) !== verdicts(before.results)) {
    await show(again, texts);
  }
}

// What is shown

function reading(): void {
  clear();
  at("hint").textContent = word("reading");
}

async function show(results: readonly (Result | Refusal)[], texts: readonly string[] = []): Promise<void> {
  shownTexts = texts;
  const ordered = gravestFirst(results);
  shown = { results: ordered, number: ++judged, atMs: Date.now() };
  showVerdict();
  signal(toneOf(ordered[0]!));
  clearLater();
}

function clearLater(): void {
  clearTimeout(clearing);
  clearing = setTimeout(clear, SHOWN_FOR_MS);
}

function clear(): void {
  shown = null;
  shownTexts = [];
  showVerdict();
}

function showVerdict(): void {
  const box = at("cards");
  box.replaceChildren(...(shown ? cards(shown) : []));
  at("hint").textContent = !shown && camera.isOn ? word("scanning") : "";
  document.body.classList.toggle("cp-has-verdict", shown !== null);
  if (shown) {
    box.scrollIntoView({ block: "nearest" });
  }
}

function showCamera(fault: CameraFault | null): void {
  if (fault === "insecure") {
    told("insecure", { host: location.host });
  } else {
    told(fault);
  }
  view.classList.toggle("cp-view--on", camera.isOn);
  scanButton.hidden = camera.isOn;
  at("tools").hidden = !camera.isOn;
  torchButton.hidden = !camera.hasTorch;
  torchButton.setAttribute("aria-pressed", "false");
  at("next-camera").hidden = camera.cameras.length < 2;
  at("zoom-label").hidden = camera.zoom === null;
  if (camera.zoom) {
    Object.assign(at("zoom"), {
      min: camera.zoom.min,
      max: camera.zoom.max,
      step: camera.zoom.step,
      value: 1,
    });
  }
  if (!shown) {
    showVerdict();
  }
}

/** A word on what does not work, until it does. */
function told(name: Word | null, gaps?: Record<string, string>): void {
  notice = name ? { word: name, ...(gaps ? { gaps } : {}) } : null;
  showNotice();
}

function showNotice(): void {
  const box = at("notice");
  box.textContent = notice ? word(notice.word, notice.gaps) : "";
  box.hidden = notice === null;
}

function showWords(): void {
  document.documentElement.lang = currentLanguage();
  document.title = `${word("title")} – STRP`;
  for (const each of document.querySelectorAll<HTMLElement>("[data-word]")) {
    each.textContent = word(each.dataset.word as Word);
  }
  const language = at("language");
  language.lang = (language as HTMLAnchorElement).hreflang = currentLanguage() === "id" ? "en" : "id";
  showNotice();
  showState();
  showVerdict();
}

/** What this phone knows, how old that is, and whether it works without a network. */
function showState(): void {
  const { trust, isKept, renewal } = knowledge;
  const nowMs = Date.now();
  const lines: Word[] = [];
  const isEnded = trust !== null && trust.trustedUntilMs !== null && nowMs >= trust.trustedUntilMs;
  if (!trust && renewal !== "never" && window.isSecureContext) {
    lines.push("noData");
  }
  if (isEnded) {
    lines.push("dataEnded");
  }
  if (isKept === false) {
    lines.push("notKept");
  }
  if (renewal === "refused" || renewal === "older") {
    lines.push(renewal);
  }
  if (trust?.trustedUntilMs && trust.issuedAtMs - nowMs > 120_000) {
    lines.push("clockSlow");
  }
  at("warnings").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: word(line) })),
  );
  const isOffline = isReady && trust !== null && isKept === true;
  document.documentElement.dataset.offline = isOffline ? "ready" : "";
  at("state").textContent = word(isOffline ? "readyOffline" : "notReadyOffline");
  const ageS = trust ? Math.max(0, Math.floor((nowMs - trust.issuedAtMs) / 1000)) : 0;
  at("age").textContent = trust ? word("dataAge", { age: span(ageS) }) : "";
  at("data").classList.toggle("cp-data--stale", trust !== null && nowMs >= trust.nextUpdateMs);
  showKinds();
}

// Kinds of checkpoint

function chooseKind(chosen: string | null): void {
  kind = chosen;
  remember(KIND_KEY, chosen ?? "");
  const address = new URL(location.href);
  address.searchParams.delete("checkpoint");
  if (chosen) {
    address.searchParams.set("checkpoint", chosen);
  }
  history.replaceState(null, "", address);
  clear();
  showKinds();
}

function showKinds(): void {
  const rules = knowledge.trust?.checkpoints ?? [];
  const names = new Map(rules.map((rule) => [rule.code, say(rule.name)]));
  if (kind !== null && !names.has(kind)) {
    names.set(kind, kind);
  }
  const options = [
    new Option(word("noKind"), ""),
    ...[...names].map(([code, name]) => new Option(name, code)),
  ];
  const isSame =
    options.length === kindSelect.options.length &&
    options.every(
      (option, n) =>
        option.text === kindSelect.options[n]!.text && option.value === kindSelect.options[n]!.value,
    );
  if (!isSame) {
    kindSelect.replaceChildren(...options);
  }
  kindSelect.value = kind ?? "";
  const isUnknown = kind !== null && knowledge.trust !== null && !rules.some((rule) => rule.code === kind);
  const rule = ruleAt(rules, kind, Date.now(), knowledge.trust?.holidays);
  at("hours").textContent = isUnknown ? word("unknownKind", { code: kind ?? "" }) : rule ? hoursOf(rule) : "";
  at("hours").classList.toggle("cp-hours--unknown", isUnknown);
  const guide = knowledge.trust ? guideOf(knowledge.trust, kind, Date.now()) : [];
  at("guide").hidden = guide.length === 0;
  at("guide-lists").replaceChildren(...guide);
}

function hoursOf(rule: NonNullable<ReturnType<typeof ruleAt>>): string {
  const { opens, closes, admits, sectors } = windowAt(rule, Date.now());
  const isForGroups = admits === "sectors" && sectors.length === 0;
  const who = word(isForGroups ? "groups" : admits, { codes: sectors.join(", ") });
  return opens === closes
    ? word("allDay", { who })
    : word("hoursNow", { opens: dotted(opens), closes: dotted(closes), who });
}

// What the browser remembers

function languageOf(text: string): Language {
  return text.startsWith("en") ? "en" : "id";
}

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

setInterval(showState, 15_000);
