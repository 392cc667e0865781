// Pictures as the reader takes them: a file at its full size, and a part enlarged and sharpened.

import { imagesOfPdf, isPdf } from "./pdf";

/** As many pixels as a large phone camera takes. */
const MOST_PIXELS = 50_000_000;
const MOST_FILE_BYTES = 40 << 20;
/** Longest side that is read: beyond it a QR has more pixels than it needs. */
const LONGEST_SIDE = 4096;
/** A drawing has no size of its own that matters. */
const DRAWING_SIDE = 1600;

/** Why a file is not read: a word of the app. */
export class PictureFault extends Error {
  constructor(readonly word: "noPicture" | "tooLarge") {
    super(word);
  }
}

/** The pictures in a file: one, or those of a PDF of STRP's. @throws PictureFault */
export async function picturesOf(file: Blob): Promise<ImageData[]> {
  if (file.size > MOST_FILE_BYTES) {
    throw new PictureFault("tooLarge");
  }
  return isPdf(await file.slice(0, 5).text()) ? imagesOfPdf(file) : [await pixelsOf(file)];
}

async function pixelsOf(file: Blob): Promise<ImageData> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode().catch(() => {
      throw new PictureFault("noPicture");
    });
    const [width, height] = [image.naturalWidth || DRAWING_SIDE, image.naturalHeight || DRAWING_SIDE];
    if (width * height > MOST_PIXELS) {
      throw new PictureFault("tooLarge");
    }
    const isDrawing = file.type.startsWith("image/svg");
    const scale = isDrawing
      ? DRAWING_SIDE / Math.max(width, height)
      : Math.min(1, LONGEST_SIDE / Math.max(width, height));
    return drawn(image, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function drawn(image: HTMLImageElement, width: number, height: number): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) {
    throw new PictureFault("tooLarge"); // no memory for it
  }
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
