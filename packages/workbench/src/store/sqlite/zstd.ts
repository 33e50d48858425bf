/**
 * Zstandard with a dictionary, from whichever package is here: `zstd-napi` (native, optional: its install script may be blocked) or `zstd-codec`
 * (WebAssembly, always installed, three times slower). Both read what the other wrote; see docs/adr/0002-store-codec.md. `node:zlib`'s own zstd takes
 * 300 µs to load a dictionary for every text.
 */
import { createRequire } from "node:module";

export interface Zstd {
  readonly name: "zstd-napi" | "zstd-codec";
  /** One (de)compressor with the dictionary digested; an empty dictionary is none. */
  open(dictionary: Uint8Array): ZstdStream;
}
export interface ZstdStream {
  compress(bytes: Uint8Array): Uint8Array;
  /** Throws when the bytes are no frame made with this dictionary. */
  decompress(bytes: Uint8Array): Uint8Array;
}
export const ZSTD_LEVEL = 3;

const require = createRequire(import.meta.url);

/** @param only  for tests and benchmarks of one of the two */
export async function loadZstd(only?: Zstd["name"]): Promise<Zstd> {
  if (only !== "zstd-codec") {
    try {
      return nativeZstd(require("zstd-napi") as NativeModule);
    } catch (cause) {
      if (only !== undefined) throw cause;
    }
  }
  return (wasm ??= wasmZstd());
}
let wasm: Promise<Zstd> | undefined;

interface NativeModule {
  readonly Compressor: new () => { setParameters(parameters: object): void; loadDictionary(bytes: Uint8Array): void; compress(bytes: Uint8Array): Uint8Array };
  readonly Decompressor: new () => { loadDictionary(bytes: Uint8Array): void; decompress(bytes: Uint8Array): Uint8Array };
}

function nativeZstd({ Compressor, Decompressor }: NativeModule): Zstd {
  return {
    name: "zstd-napi",
    open(dictionary) {
      const compressor = new Compressor();
      compressor.setParameters({ compressionLevel: ZSTD_LEVEL, checksumFlag: false, dictIDFlag: false });
      const decompressor = new Decompressor();
      if (dictionary.length > 0) {
        compressor.loadDictionary(dictionary);
        decompressor.loadDictionary(dictionary);
      }
      return { compress: (bytes) => compressor.compress(bytes), decompress: (bytes) => decompressor.decompress(bytes) };
    },
  };
}

interface WasmModule {
  readonly Simple: new () => {
    compress(bytes: Uint8Array, level: number): Uint8Array | null;
    decompress(bytes: Uint8Array): Uint8Array | null;
    compressUsingDict(bytes: Uint8Array, dictionary: object): Uint8Array | null;
    decompressUsingDict(bytes: Uint8Array, dictionary: object): Uint8Array | null;
  };
  readonly Dict: { readonly Compression: new (bytes: Uint8Array, level: number) => object; readonly Decompression: new (bytes: Uint8Array) => object };
}

async function wasmZstd(): Promise<Zstd> {
  const { ZstdCodec } = require("zstd-codec") as { ZstdCodec: { run(ready: (module: WasmModule) => void): void } };
  const module = await new Promise<WasmModule>((resolve) => ZstdCodec.run(resolve));
  const simple = new module.Simple();
  const orThrow = (bytes: Uint8Array | null): Uint8Array => {
    if (bytes === null) throw new RangeError("zstd refused the bytes");
    return bytes;
  };
  return {
    name: "zstd-codec",
    open(dictionary) {
      if (dictionary.length === 0) return { compress: (bytes) => orThrow(simple.compress(bytes, ZSTD_LEVEL)), decompress: (bytes) => orThrow(simple.decompress(bytes)) };
      const forWriting = new module.Dict.Compression(dictionary, ZSTD_LEVEL);
      const forReading = new module.Dict.Decompression(dictionary);
      return { compress: (bytes) => orThrow(simple.compressUsingDict(bytes, forWriting)), decompress: (bytes) => orThrow(simple.decompressUsingDict(bytes, forReading)) };
    },
  };
}
