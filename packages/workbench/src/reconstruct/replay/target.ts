/**
 * Where a replay may go. Recorded URLs are data: a recording from elsewhere must not make this machine call its own services or a cloud's metadata address.
 * Every address a name resolves to is checked, and the connection is made to the checked one (`send.ts`).
 */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { WhysaidError } from "@whysaid/recorder/format";

export interface Target {
  readonly url: URL;
  /** Checked; the only one that is connected to. */
  readonly address: string;
  readonly family: 4 | 6;
}
export interface TargetOptions {
  /** Base URL given by hand; null for the recorded one. */
  readonly base: string | null;
  readonly allowLoopback: boolean;
}

const never = new BlockList();
never.addSubnet("169.254.0.0", 16, "ipv4");
never.addSubnet("fe80::", 10, "ipv6");
// Metadata services that are not link-local: Alibaba's, and Amazon's over IPv6.
never.addAddress("100.100.100.200", "ipv4");
never.addAddress("fd00:ec2::254", "ipv6");
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addSubnet("0.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
loopback.addAddress("::", "ipv6");

/** Under `base` where one is given: its path and the recorded one are joined where they overlap (`…/v1` and `/v1/messages`). */
export function targetUrl(recorded: string, base: string | null): URL {
  const from = parsed(recorded, "the recorded URL");
  if (base === null) return from;
  const to = parsed(base, "--target");
  const kept = to.pathname.split("/").filter(Boolean);
  const path = from.pathname.split("/").filter(Boolean);
  const overlap = [...kept.keys()].find((start) => kept.slice(start).every((part, index) => path[index] === part));
  to.pathname = `/${[...kept, ...path.slice(overlap === undefined ? 0 : kept.length - overlap)].join("/")}`;
  if (to.search === "") to.search = from.search;
  return to;
}

/** @throws WhysaidError `REPLAY_TARGET_REFUSED`, `REPLAY_UNREACHABLE` */
export async function checkedTarget(url: URL, { base, allowLoopback }: TargetOptions): Promise<Target> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isNamed = base !== null && (host === "localhost" || (isIP(host) !== 0 && isIn(loopback, host)));
  const addresses = isIP(host) === 0 ? await resolved(host) : [{ address: host, family: isIP(host) }];
  for (const { address } of addresses) {
    if (isIn(never, address)) throw refused(`${host} is a link-local or metadata address`, "Nothing is ever sent there. Name the provider with --target.");
    if (isIn(loopback, address) && !allowLoopback && !isNamed) throw refused(`${host} is this machine`, "Add --allow-loopback, or name it with --target http://127.0.0.1:PORT.");
  }
  const [first] = addresses;
  if (first === undefined) throw unreachable(host);
  return { url, address: first.address, family: first.family === 6 ? 6 : 4 };
}

function isIn(list: BlockList, address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  // An IPv4 address may come written as IPv6; BlockList knows `::ffff:…` by itself.
  return list.check(bare, isIP(bare) === 6 ? "ipv6" : "ipv4");
}

async function resolved(host: string): Promise<readonly { readonly address: string; readonly family: number }[]> {
  try {
    return await lookup(host, { all: true });
  } catch (cause) {
    throw unreachable(host, cause);
  }
}

function parsed(text: string, what: string): URL {
  let url: URL | null = null;
  try {
    url = new URL(text);
  } catch {
    // The sentence below says it.
  }
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) throw refused(`${what} is no http or https URL`, "For example --target https://api.openai.com.");
  url.username = "";
  url.password = "";
  return url;
}

const refused = (sentence: string, fix: string): WhysaidError => new WhysaidError("REPLAY_TARGET_REFUSED", sentence, { fix });
const unreachable = (host: string, cause?: unknown): WhysaidError => new WhysaidError("REPLAY_UNREACHABLE", `${host} cannot be found`, { fix: "Check the network, or name another base URL with --target.", cause });
