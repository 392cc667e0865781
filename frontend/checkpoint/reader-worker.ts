// Reads QR codes with zxing-wasm, beside the page, so that the page stays quick.

import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import type { Asked, Told } from "./reader";
import { enlarged } from "./sharpen";

declare const self: DedicatedWorkerGlobalScope;

/** Inverted and turned codes are read as they are; mirrored ones always. */
const FRAME: ReaderOptions = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 8 };
/** The second look at a photo: so many pixels at most, before they are enlarged. */
const MOST_PIXELS_AGAIN = 4_000_000;
/** The part in the middle of a frame that is looked at again. */
const MIDDLE = 0.6;

self.addEventListener("message", ({ data }: MessageEvent<Asked>) => void answer(data));

async function answer(asked: Asked): Promise<void> {
  if ("wasm" in asked) {
    try {
      await prepareZXingModule({ overrides: { wasmBinary: asked.wasm }, fireImmediately: true });
      tell({ isReady: true });
    } catch {
      tell({ isReady: false });
    }
    return;
  }
  try {
    tell({ id: asked.id, texts: await read(asked) });
  } catch (error) {
    tell({ id: asked.id, texts: [] });
    setTimeout(() => {
      throw error; // the page starts another worker: WebAssembly that failed once fails again
    });
  }
}

async function read({ image, effort }: Extract<Asked, { id: number }>): Promise<string[]> {
  if (effort === "again") {
    return found(middle(image), FRAME);
  }
  const texts = await found(image, FRAME);
  const isSmall = image.width * image.height <= MOST_PIXELS_AGAIN;
  if (texts.length > 0 || effort === "frame" || !isSmall) {
    return texts;
  }
  return found(enlarged(image, 0, 0, image.width, image.height), FRAME);
}

function middle(image: ImageData): ImageData {
  const [width, height] = [Math.floor(image.width * MIDDLE), Math.floor(image.height * MIDDLE)];
  const [left, top] = [Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2)];
  return enlarged(image, left, top, width, height);
}

async function found(image: ImageData, options: ReaderOptions): Promise<string[]> {
  const codes = await readBarcodes(image, options);
  return [...new Set(codes.map((code) => code.text))];
}

function tell(told: Told): void {
  self.postMessage(told);
}
