/**
 * The address of a ClickHouse store: `clickhouse://user:password@host:8123/database?cluster=main`, or the same with `http`, `https`, `clickhouses` (TLS). Read when a store is
 * opened; what is shown of it afterwards has no credentials.
 */
import { WhysaidError } from "@whysaid/recorder/format";

export interface Address {
  /** For the client: scheme, host and port. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** For messages. */
  readonly name: string;
  /** Tables are made on this cluster, sharded; null for one server. */
  readonly cluster: string | null;
  /** Tables are replicated through Keeper. */
  readonly isReplicated: boolean;
  /** Replicas that must have an insert before it is acknowledged: a number or `auto` for most of them; null for ClickHouse's own default. */
  readonly quorum: string | null;
}

const schemes: Readonly<Record<string, string>> = { "clickhouse:": "http:", "clickhouses:": "https:", "http:": "http:", "https:": "https:" };

/** @throws WhysaidError `USAGE`; the sentence never repeats the address, which may hold a password */
export function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url === null ? undefined : schemes[url.protocol];
  const database = url === null ? "" : decodeURIComponent(url.pathname.replace(/^\//, "")) || "whysaid";
  const cluster = url?.searchParams.get("cluster") ?? null;
  const quorum = url?.searchParams.get("quorum") ?? null;
  const unknown = [...(url?.searchParams.keys() ?? [])].filter((key) => !["cluster", "replicated", "quorum"].includes(key));
  if (url === null || scheme === undefined || url.hostname === "") throw usage("it is no URL with a host");
  if (!/^[A-Za-z_]\w{0,63}$/.test(database)) throw usage("a database is letters, digits and _");
  if (cluster !== null && !/^[\w.{}-]{1,64}$/.test(cluster)) throw usage("a cluster is letters, digits, _ and -");
  if (quorum !== null && !/^(?:auto|\d{1,2})$/.test(quorum)) throw usage("quorum is a number or auto");
  if (unknown.length > 0) throw usage("it takes cluster, replicated and quorum, and nothing else, behind the ?");
  // The client goes to 8123 and 8443 only where it is told so.
  const port = url.port === "" ? (scheme === "https:" ? "8443" : "8123") : url.port;
  return {
    url: `${scheme}//${url.hostname}:${port}`,
    username: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    database,
    name: `${url.protocol}//${url.hostname}:${port}/${database}`,
    cluster,
    isReplicated: url.searchParams.has("replicated") && url.searchParams.get("replicated") !== "0",
    quorum,
  };
}

const usage = (why: string): WhysaidError => new WhysaidError("USAGE", `the address of the ClickHouse store cannot be used: ${why}`, { fix: "For example clickhouse://user:password@host:8123/whysaid, with ?cluster=NAME&replicated=1 for a cluster." });
