// Finds QR codes in pictures: with the browser's own reader where it has one, else with zxing-wasm.

import wasmAddress from "zxing-wasm/reader/zxing_reader.wasm?url";
import ReaderWorker from "./reader-worker?worker";

/** How hard to look: at one frame of many, at its middle again, or at a photo. */
export type Effort = "frame" | "again" | "photo";
export type Asked = { wasm: ArrayBuffer } | { id: number; image: ImageData; effort: Effort };
export type Told = { isReady: boolean } | { id: number; texts: string[] };

/** The browser's own reader (Shape Detection API), which not every browser has. */
interface NativeDetector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface NativeDetectorClass {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

export class Reader {
  private worker: Promise<Worker> | null = null;
  private native: NativeDetector | null = null;
  private next = 0;
  private readonly waiting = new Map<number, (texts: string[]) => void>();

  /** Get ready. @throws Error where neither reader starts. */
  async start(): Promise<void> {
    this.native = await nativeDetector();
    await this.zxing();
  }

  /** Texts of the codes in a frame that the browser's own reader sees; null where it has none. */
  async readNative(source: CanvasImageSource): Promise<string[] | null> {
    try {
      const codes = await this.native?.detect(source);
      return codes ? [...new Set(codes.map((code) => code.rawValue))] : null;
    } catch {
      this.native = null; // it was promised, and does not work
      return null;
    }
  }

  /** Texts of the codes in a picture. */
  async read(image: ImageData, effort: Effort): Promise<string[]> {
    const worker = await this.zxing();
    const id = this.next++;
    const texts = new Promise<string[]>((resolve) => this.waiting.set(id, resolve));
    worker.postMessage({ id, image, effort } satisfies Asked, [image.data.buffer]);
    return texts;
  }

  private zxing(): Promise<Worker> {
    this.worker ??= this.startWorker().catch((error: unknown) => {
      this.worker = null;
      throw error;
    });
    return this.worker;
  }

  /** After a crash: what waits gets nothing, and the next picture a new worker. */
  private startAnew(crashed: Worker): void {
    crashed.terminate();
    this.worker = null;
    for (const answer of this.waiting.values()) answer([]);
    this.waiting.clear();
  }

  private async startWorker(): Promise<Worker> {
    // The page fetches the program for the worker: off line only pages have a service worker.
    const answer = await fetch(wasmAddress);
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const wasm = await answer.arrayBuffer();
    const worker = new ReaderWorker();
    return new Promise((resolve, reject) => {
      worker.addEventListener("error", () => {
        reject(new Error("the reader does not start"));
        this.startAnew(worker);
      });
      worker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
        if (!("isReady" in data)) {
          this.waiting.get(data.id)?.(data.texts);
          this.waiting.delete(data.id);
        } else if (data.isReady) {
          resolve(worker);
        } else {
          reject(new Error("the reader does not start"));
        }
      });
      worker.postMessage({ wasm } satisfies Asked, [wasm]);
    });
  }
}

async function nativeDetector(): Promise<NativeDetector | null> {
  const Detector = (globalThis as { BarcodeDetector?: NativeDetectorClass }).BarcodeDetector;
  try {
    const formats = (await Detector?.getSupportedFormats()) ?? [];
    return Detector && formats.includes("qr_code") ? new Detector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}
