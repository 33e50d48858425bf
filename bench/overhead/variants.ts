/** How a call is recorded: not at all, at the least that recording can cost, by Whysaid, and by the peers of bench/peers. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import OpenAI from "openai";

type Fetch = typeof globalThis.fetch;
export interface RecordedFetch {
  readonly fetch: Fetch;
  /** Everything recorded is where it will stay. */
  flush(): Promise<unknown>;
  close(): Promise<void>;
}
export interface Variant extends Omit<RecordedFetch, "fetch"> {
  readonly client: OpenAI;
}

export const ownVariants: readonly string[] = ["none", "floor", "whysaid"];
export const peerVariants: readonly string[] = ["langfuse", "langsmith", "braintrust", "openinference"];

/** @param sinkUrl  where the peers' exporters send to */
export async function openVariant(name: string, stub: Fetch, sinkUrl: string): Promise<Variant> {
  if (ownVariants.includes(name)) {
    const { fetch, flush, close } = openFetch(name, stub);
    return { client: new OpenAI({ apiKey: "sk-bench", baseURL: "https://api.openai.com/v1", fetch, maxRetries: 0 }), flush, close };
  }
  const { peers } = (await import(new URL("../peers/index.js", import.meta.url).href)) as { peers: Record<string, (stub: Fetch, sinkUrl: string) => Promise<Variant>> };
  const open = peers[name];
  if (open === undefined) throw new Error(`there is no variant ${name}`);
  return open(stub, sinkUrl);
}

export function openFetch(name: string, stub: Fetch): RecordedFetch {
  if (name === "none") return { fetch: stub, flush: async () => {}, close: async () => {} };
  return name === "floor" ? floor(stub) : whysaid(stub);
}

function whysaid(stub: Fetch): RecordedFetch {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-overhead-"));
  const recorder = createRecorder({ service: "bench", dir, redaction: "off", fetch: stub, journal: { maxBytes: 64 * 1024 ** 3 } });
  return {
    fetch: recorder.fetch,
    flush: () => recorder.flush(),
    close: async () => {
      await recorder.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A tap of `fetch` and one append: request and answer as they are, in one line of JSON. */
function floor(stub: Fetch): RecordedFetch {
  const dir = mkdtempSync(join(tmpdir(), "floor-overhead-"));
  const file = openSync(join(dir, "journal"), "a");
  const append = (record: object): void => void writeSync(file, `${JSON.stringify(record)}\n`);
  const decoder = new TextDecoder();
  const fetch: Fetch = async (input, init) => {
    const startedMs = performance.now();
    const response = await stub(input, init);
    const chunks: Uint8Array[] = [];
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const tapped = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (!done) {
            chunks.push(value);
            controller.enqueue(value);
            return;
          }
          append({ atMs: Date.now(), durationMs: performance.now() - startedMs, url: input, request: init?.body, status: response.status, response: decoder.decode(Buffer.concat(chunks)) });
          controller.close();
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    return new Response(tapped, { status: response.status, headers: response.headers });
  };
  return {
    fetch,
    flush: async () => {},
    close: async () => {
      closeSync(file);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
