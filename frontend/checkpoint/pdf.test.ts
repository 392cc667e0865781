// PDFs as STRP prints them, and what only looks like one.

import { deflateSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { imagesOfPdf, isPdf } from "./pdf";

beforeAll(() => {
  class Pixels {
    readonly data: Uint8ClampedArray;
    constructor(
      readonly width: number,
      readonly height: number,
    ) {
      this.data = new Uint8ClampedArray(width * height * 4);
    }
  }
  Object.assign(globalThis, { ImageData: Pixels });
});

function pdf(width: number, height: number, samples: Uint8Array, filter = "/FlateDecode", bits = 8): Blob {
  const stream = deflateSync(samples);
  const head = `%PDF-1.7\n1 0 obj\n<</Length ${stream.length}/Type/XObject/Subtype/Image/Filter${filter}/Width ${width}/Height ${height}/ColorSpace 47 0 R/BitsPerComponent ${bits}>>\nstream\n`;
  return new Blob([head, stream, "\nendstream\nendobj\n"]);
}

test("an image in grey is found, enlarged", async () => {
  const [image] = await imagesOfPdf(pdf(2, 1, Uint8Array.of(0, 255)));
  expect([image!.width, image!.height]).toEqual([6, 3]);
  expect([image!.data[0], image!.data[4 * 5]]).toEqual([0, 255]);
});

test("an image in bits is found, each row from a byte of its own", async () => {
  const [image] = await imagesOfPdf(pdf(9, 2, Uint8Array.of(0x80, 0x80, 0, 0), "/FlateDecode", 1));
  const light = (x: number, y: number) => image!.data[4 * (3 * y * image!.width + 3 * x)];
  expect([light(0, 0), light(1, 0), light(8, 0), light(8, 1)]).toEqual([255, 0, 255, 0]);
});

test("what is not as STRP prints it is passed over", async () => {
  const bomb = pdf(10, 10, new Uint8Array(10_000_000));
  const others = [bomb, pdf(3, 3, new Uint8Array(8)), pdf(2, 1, Uint8Array.of(0, 255), "/DCTDecode")];
  const texts = ["%PDF-1.7", "/Image".repeat(100_000), "<</Subtype/Image ".repeat(50_000)].map(
    (text) => new Blob([text]),
  );
  for (const file of [...others, ...texts]) {
    expect(await imagesOfPdf(file)).toEqual([]);
  }
});

test("a PDF is known by its first letters", () => {
  expect([isPdf("%PDF-"), isPdf("\x89PNG")]).toEqual([true, false]);
});
