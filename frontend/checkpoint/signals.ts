// A verdict for ears and hand: what lets pass is one high tone, what does not is two low ones.

/** What the sign beside a verdict says. */
export type Tone = "good" | "warn" | "bad" | "exercise";

interface Signal {
  readonly tones: readonly [frequencyHz: number, startsS: number, lastsS: number][];
  readonly vibrationMs: number[];
}

const SIGNALS: Record<Tone, Signal> = {
  good: { tones: [[1320, 0, 0.16]], vibrationMs: [80] },
  exercise: {
    tones: [
      [880, 0, 0.1],
      [660, 0.14, 0.1],
      [880, 0.28, 0.1],
    ],
    vibrationMs: [60, 60, 60, 60, 60],
  },
  warn: {
    tones: [
      [520, 0, 0.12],
      [520, 0.2, 0.12],
    ],
    vibrationMs: [150, 100, 150],
  },
  bad: {
    tones: [
      [220, 0, 0.3],
      [180, 0.36, 0.4],
    ],
    vibrationMs: [400, 120, 400],
  },
};

let audio: AudioContext | null = null;

/** Browsers let a page sound once it was touched. */
export function allowSound(): void {
  audio ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  void audio?.resume().catch(() => undefined);
}

export function signal(tone: Tone): void {
  const { tones, vibrationMs } = SIGNALS[tone];
  navigator.vibrate?.(vibrationMs);
  if (audio?.state !== "running") {
    return;
  }
  for (const [frequencyHz, startsS, lastsS] of tones) {
    const oscillator = new OscillatorNode(audio, {
      type: tone === "bad" ? "square" : "sine",
      frequency: frequencyHz,
    });
    const volume = new GainNode(audio, { gain: 0.25 });
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(audio.currentTime + startsS);
    oscillator.stop(audio.currentTime + startsS + lastsS);
  }
}
