/** Somebody at the pages: lists the newest traces and opens one, again and again, with a short pause. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
}

export class Reader {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${key}` };
  }

  /** Times of its requests while `work` goes on. */
  async measured(work: () => Promise<unknown>): Promise<Latency> {
    const over = new AbortController();
    const working = work().finally(() => over.abort());
    const times: number[] = [];
    while (!over.signal.aborted) {
      const started = performance.now();
      const { traces } = (await this.#get("/api/traces?limit=20")) as { traces: { traceId: string }[] };
      times.push(performance.now() - started);
      const opened = performance.now();
      const [first] = traces;
      if (first !== undefined) await this.#get(`/api/traces/${first.traceId}`);
      times.push(performance.now() - opened);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await working;
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return { p50: at(0.5), p95: at(0.95) };
  }

  async #get(path: string): Promise<unknown> {
    const answer = await fetch(this.#url + path, { headers: this.#headers });
    return answer.json();
  }
}
