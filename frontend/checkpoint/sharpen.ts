// A second look at a picture in which nothing was found: twice the size, lightly sharpened.

export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, twice the size and sharpened, in grey. */
export function enlarged(picture: Pixels, left: number, top: number, width: number, height: number): ImageData {
  const [wide, high] = [width * 2, height * 2];
  const grey = new Uint8ClampedArray(wide * high);
  for (let y = 0; y < high; y++) {
    const fromY = Math.min(top + height - 1, top + y / 2);
    const [y0, partY] = [Math.floor(fromY), fromY % 1];
    const y1 = Math.min(y0 + 1, picture.height - 1);
    for (let x = 0; x < wide; x++) {
      const fromX = Math.min(left + width - 1, left + x / 2);
      const [x0, partX] = [Math.floor(fromX), fromX % 1];
      const x1 = Math.min(x0 + 1, picture.width - 1);
      const upper = light(picture, x0, y0) * (1 - partX) + light(picture, x1, y0) * partX;
      const lower = light(picture, x0, y1) * (1 - partX) + light(picture, x1, y1) * partX;
      grey[y * wide + x] = upper * (1 - partY) + lower * partY;
    }
  }
  return sharpened(grey, wide, high);
}

/** Brightness of a pixel (ITU-R BT.601). */
function light({ data, width }: Pixels, x: number, y: number): number {
  const at = (y * width + x) * 4;
  return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
}

/** Each pixel moved away from the mean of its neighbours two steps off: a module is larger than that. */
function sharpened(grey: Uint8ClampedArray, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  const row = 2 * width;
  for (let at = 0; at < grey.length; at++) {
    const x = at % width;
    const inside = x > 1 && x < width - 2 && at >= row && at < grey.length - row;
    const own = grey[at]!;
    const around = inside ? (grey[at - 2]! + grey[at + 2]! + grey[at - row]! + grey[at + row]!) / 4 : own;
    const value = own + 1.2 * (own - around);
    image.data.set([value, value, value, 255], at * 4);
  }
  return image;
}
