// Pictures in a PDF as STRP prints it: each QR is an image of its own, deflated and in grey.
//
// No reader of PDFs: it looks for such images and passes over all else, so a scan is not read here.

/** One certificate a page; of a whole roster the first pages are read. */
const MOST_IMAGES = 32;
const MOST_PIXELS = 4_000_000;
/** A dictionary of an image has some 150 characters. */
const MOST_DICTIONARY = 1_000;
/** So many places that may be images are looked at: a file of nothing else ends. */
const MOST_PLACES = 1_000;
/** A module of the QR has a few pixels; readers want more. */
const ENLARGED = 3;

export function isPdf(head: string): boolean {
  return head.startsWith("%PDF-");
}

/** The images of a PDF, as pixels. */
export async function imagesOfPdf(file: Blob): Promise<ImageData[]> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  const images: ImageData[] = [];
  for (const { dictionary, start } of places(text)) {
    const image = await imageOf(dictionary, (length) => bytes.subarray(start, start + length));
    if (image && images.push(image) >= MOST_IMAGES) {
      break;
    }
  }
  return images;
}

/** Where images begin, and what stands before each. */
function* places(text: string): Generator<{ dictionary: string; start: number }> {
  let at = text.indexOf("/Image");
  for (let place = 0; at >= 0 && place < MOST_PLACES; place++, at = text.indexOf("/Image", at + 1)) {
    const before = text.slice(Math.max(0, at - MOST_DICTIONARY), at);
    const after = /^[^]*?>>\s*stream\r?\n/.exec(text.slice(at, at + MOST_DICTIONARY))?.[0];
    if (after !== undefined) {
      yield { dictionary: before.slice(before.lastIndexOf("obj")) + after, start: at + after.length };
    }
  }
}

async function imageOf(
  dictionary: string,
  stream: (length: number) => Uint8Array<ArrayBuffer>,
): Promise<ImageData | null> {
  const number = (name: string) => Number(new RegExp(`/${name}\\s+(\\d+)(?!\\s+\\d+\\s+R)`).exec(dictionary)?.[1] ?? 0);
  const [width, height, length] = [number("Width"), number("Height"), number("Length")];
  const isPlain = dictionary.includes("/FlateDecode") && number("BitsPerComponent") === 8;
  if (!isPlain || width * height === 0 || width * height > MOST_PIXELS || length === 0) {
    return null;
  }
  const samples = await inflate(stream(length), width * height * 4);
  const components = samples ? samples.length / (width * height) : 0;
  return samples && (components === 1 || components === 3) ? drawn(samples, width, height, components) : null;
}

function drawn(samples: Uint8Array, width: number, height: number, components: number): ImageData {
  const scale = width * height * ENLARGED ** 2 > MOST_PIXELS ? 1 : ENLARGED;
  const image = new ImageData(width * scale, height * scale);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const value = samples[(Math.floor(y / scale) * width + Math.floor(x / scale)) * components]!;
      image.data.set([value, value, value, 255], (y * image.width + x) * 4);
    }
  }
  return image;
}

/** So many bytes at most: a bomb stops there. */
async function inflate(compressed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > most) {
        await reader.cancel();
        return null;
      }
      parts.push(part.value);
    }
  } catch {
    return null;
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}
