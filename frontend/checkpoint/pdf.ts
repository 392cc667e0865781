// Pictures in a PDF as STRP prints it: each QR is an image of its own, deflated, in grey or in bits.
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
  let place = 0;
  for (const { index: at } of text.matchAll(/\/Subtype\s?\/Image\b/g)) {
    if (++place > MOST_PLACES) {
      return;
    }
    const before = text.slice(Math.max(0, at - MOST_DICTIONARY), at);
    const after = /^[\s\S]*?>>\s*stream\r?\n/.exec(text.slice(at, at + MOST_DICTIONARY))?.[0];
    if (after !== undefined) {
      yield { dictionary: before.slice(before.lastIndexOf("obj")) + after, start: at + after.length };
    }
  }
}

async function imageOf(
  dictionary: string,
  stream: (length: number) => Uint8Array<ArrayBuffer>,
): Promise<ImageData | null> {
  const number = (name: string) =>
    Number(new RegExp(`/${name}\\s+(\\d+)(?!\\s+\\d+\\s+R)`).exec(dictionary)?.[1] ?? 0);
  const [width, height, bits, length] = ["Width", "Height", "BitsPerComponent", "Length"].map(number) as [
    number,
    number,
    number,
    number,
  ];
  const isPlain = dictionary.includes("/FlateDecode") && !dictionary.includes("/DecodeParms");
  if (
    !isPlain ||
    (bits !== 1 && bits !== 8) ||
    width * height === 0 ||
    width * height > MOST_PIXELS ||
    length === 0
  ) {
    return null;
  }
  const rowBytes = Math.ceil((width * bits) / 8);
  const samples = await inflate(stream(length), rowBytes * height);
  return samples?.length === rowBytes * height ? drawn(samples, width, height, bits) : null;
}

/** Samples in grey, of 8 bits or of one; a row begins with a byte of its own. */
function drawn(samples: Uint8Array, width: number, height: number, bits: 1 | 8): ImageData {
  const scale = width * height * ENLARGED ** 2 > MOST_PIXELS ? 1 : ENLARGED;
  const image = new ImageData(width * scale, height * scale);
  const rowBytes = Math.ceil((width * bits) / 8);
  for (let y = 0; y < image.height; y++) {
    const row = Math.floor(y / scale) * rowBytes;
    for (let x = 0; x < image.width; x++) {
      const column = Math.floor(x / scale);
      const byte = samples[row + ((column * bits) >> 3)]!;
      const value = bits === 8 ? byte : ((byte >> (7 - (column & 7))) & 1) * 255;
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
