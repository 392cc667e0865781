// A second look at a picture in which nothing was found: twice the size, lightly sharpened.

export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, twice the size and sharpened, in grey. */
export function enlarged(
  picture: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
): ImageData {
  const [wide, high] = [width * 2, height * 2];
  const small = grey(picture, left, top, width, height);
  const large = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    const upper = (y >> 1) * width;
    const lower = y & 1 && upper + width < small.length ? upper + width : upper;
    for (let x = 0; x < width; x++) {
      const next = x + 1 < width ? x + 1 : x;
      const at = y * wide + 2 * x;
      large[at] = (small[upper + x]! + small[lower + x]!) >> 1;
      large[at + 1] =
        (small[upper + x]! + small[upper + next]! + small[lower + x]! + small[lower + next]!) >> 2;
    }
  }
  return sharpened(large, wide, high);
}

/** Brightness (ITU-R BT.601), in whole numbers. */
function grey(picture: Pixels, left: number, top: number, width: number, height: number): Uint8Array {
  const { data } = picture;
  const found = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = ((top + y) * picture.width + left) * 4; x < width; x++, to++, from += 4) {
      found[to] = (77 * data[from]! + 150 * data[from + 1]! + 29 * data[from + 2]!) >> 8;
    }
  }
  return found;
}

/** Each pixel moved away from the mean of its neighbours two steps off: a module is larger than that. */
function sharpened(large: Uint8Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const row = 2 * width;
  for (let at = 0; at < large.length; at++) {
    const own = large[at]!;
    const isInside = at >= row + 2 && at < large.length - row - 2;
    const around = isInside ? large[at - 2]! + large[at + 2]! + large[at - row]! + large[at + row]! : 4 * own;
    const moved = own + 0.3 * (4 * own - around);
    const value = moved < 0 ? 0 : moved > 255 ? 255 : moved | 0;
    pixels[at] = 0xff000000 | (value * 0x010101);
  }
  return image;
}
