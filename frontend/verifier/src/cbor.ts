// Reads the CBOR that certificates and status lists are made of, and nothing else (RFC 8949).
//
// A general reader interprets what a stranger wrote. This one lets `cborg` see integers of up to 64
// bits, byte strings, texts, arrays, maps whose keys are integers or texts, and false, true, null; it
// refuses tags, floats, indefinite lengths, keys that repeat, and everything behind the item.

import { decode, Token, Tokenizer, Type } from "cborg";

/** Claims nest three deep; a later version may add some. */
const MOST_DEPTH = 8;
/** A certificate has some 25 items, a status list 13. */
const MOST_ITEMS = 1024;
const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const PLAIN = {
  allowBigInt: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
  useMaps: true,
};

export type Cbor = number | bigint | string | boolean | null | Uint8Array<ArrayBuffer> | Cbor[] | CborMap;
export type CborMap = Map<number | bigint | string, Cbor>;

/** One item that fills the bytes, or undefined where they are anything else. */
export function readCbor(data: Uint8Array): Cbor | undefined {
  try {
    return decode(data, { ...PLAIN, tokenizer: new FormatTokens(data) }) as Cbor;
  } catch {
    return undefined;
  }
}

/** What an array or map still waits for. */
interface Open {
  left: number;
  isMap: boolean;
}

class FormatTokens extends Tokenizer {
  private items = 0;
  private readonly open: Open[] = [];

  constructor(data: Uint8Array) {
    super(data, PLAIN);
  }

  override next(): Token {
    const token = super.next();
    if (++this.items > MOST_ITEMS) {
      throw new Error("too many items");
    }
    this.place(token);
    if (Type.equals(token.type, Type.string)) {
      return new Token(Type.string, TEXT.decode(token.byteValue), token.encodedLength);
    }
    return token;
  }

  /** Hold a token against its place: depth, and the kind of a map's keys. */
  private place(token: Token): void {
    const around = this.open.at(-1);
    const isKey = around?.isMap === true && around.left % 2 === 0;
    const isWhole = Type.equals(token.type, Type.uint) || Type.equals(token.type, Type.negint);
    if (isKey && !isWhole && !Type.equals(token.type, Type.string)) {
      throw new Error("a key is neither an integer nor a text");
    }
    if (Type.equals(token.type, Type.float) || Type.equals(token.type, Type.tag)) {
      throw new Error("a float or a tag");
    }
    if (around) {
      around.left--;
    }
    const isMap = Type.equals(token.type, Type.map);
    if (isMap || Type.equals(token.type, Type.array)) {
      if (this.open.length >= MOST_DEPTH) {
        throw new Error("nested too deeply");
      }
      this.open.push({ left: Number(token.value) * (isMap ? 2 : 1), isMap });
    }
    while (this.open.at(-1)?.left === 0) {
      this.open.pop();
    }
  }
}
