/** Every question the pages ask the server goes through here: JSON in, JSON out, errors with their code and fix. */

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string | null;
  constructor(status: number, code: string, sentence: string, fix: string | null) {
    super(sentence);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fix = fix;
  }
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export const addressOf = (path: string, query: Query = {}): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
};

/** @throws ApiError for any answer outside 2xx, and with status 0 when no server answered */
async function answered(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", redirect: "error", ...init });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiError(0, "NO_SERVER", "The server does not answer.", "Start it again with `whysaid up`, then reload.");
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const said = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const inner = typeof said["error"] === "object" && said["error"] !== null ? (said["error"] as Readonly<Record<string, unknown>>) : said;
  const text = (...names: string[]): string | null => names.map((name) => inner[name]).find((value): value is string => typeof value === "string") ?? null;
  throw new ApiError(response.status, text("code") ?? `HTTP_${response.status}`, text("message", "sentence", "error") ?? `The server answered ${response.status}.`, text("fix"));
}

export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await answered(addressOf(path, query), { headers: { accept: "application/json" }, ...(signal === undefined ? {} : { signal }) });
  return (await response.json()) as T;
}

export async function sendJson<T>(method: "POST" | "PUT" | "DELETE", path: string, body: unknown): Promise<T> {
  const response = await answered(path, { method, headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body ?? {}) });
  return (response.status === 204 ? null : await response.json()) as T;
}
