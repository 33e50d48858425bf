/**
 * Sign-in through the team's own OpenID Connect provider: authorization code with PKCE, state and nonce (openid-client); what the provider says of a person decides their role; a session follows. Everybody who
 * comes this way stands in the audit log, who is refused too.
 */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { Configuration } from "openid-client";
import { z } from "zod";
import { WhysaidError } from "@whysaid/recorder/format";
import { derivedKey, readKey } from "@whysaid/recorder/redact";
import { AuditLog } from "../../redaction/audit.ts";
import { refusal } from "../refusal.ts";
import { DEFAULT_PROJECT, isProjectName } from "../rooms.ts";
import { roles, type Role } from "./rights.ts";
import type { Sessions } from "./session.ts";

export const SIGN_IN_PATH = "/auth/login";
export const CALLBACK_PATH = "/auth/callback";

/** What the file that `--oidc` names holds. */
const settingsShape = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  /** Left out for a public client: PKCE protects the code then. */
  clientSecret: z.string().min(1).optional(),
  scope: z.string().default("openid email profile"),
  /** The claim that says what somebody is: a list of words, or one. */
  claim: z.string().min(1).default("groups"),
  /** Word of that claim → role, `reveal` or `reveal@project`. Of several that fit, the one with most rights counts. */
  roles: z.record(z.string(), z.string().refine((word) => grantOf(word) !== null, "is ROLE or ROLE@PROJECT")),
});
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scope: string;
  readonly claim: string;
  readonly roles: Readonly<Record<string, string>>;
}

interface Grant {
  readonly role: Role;
  readonly project: string;
}
function grantOf(word: string): Grant | null {
  const [name = "", project = DEFAULT_PROJECT] = word.split("@");
  const role = roles.find((one) => one === name);
  // Nobody who signs in by hand is a recorder.
  return role === undefined || role === "ingest" || !isProjectName(project) ? null : { role, project };
}

/** @throws WhysaidError `FILE_UNREADABLE`, `USAGE` */
export function readSignInSettings(file: string): SignInSettings {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new WhysaidError("FILE_UNREADABLE", `${file} cannot be read as JSON`, { fix: "docs/server.md shows such a file.", cause });
  }
  const { success, data, error } = settingsShape.safeParse(json);
  if (success) return data;
  throw new WhysaidError("USAGE", `${file}: ${error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`, { fix: "docs/server.md shows such a file." });
}

/** What must come back with the browser, signed. */
interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  readonly untilMs: number;
}
const BEGUN_MS = 10 * 60_000;

export interface SignInOptions {
  readonly settings: SignInSettings;
  /** `.whysaid`. */
  readonly directory: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly sessions: Sessions;
  /** Where browsers reach us; known when the server listens. */
  readonly url: () => string;
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}

export class SignIn {
  readonly #options: SignInOptions;
  readonly #key: Buffer;
  readonly #cookie: string;
  #provider: Promise<Configuration> | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#key = derivedKey(readKey({ file: join(options.directory, "keys", "session.key"), create: true }), "sign-in");
    this.#cookie = options.isSecure ? "__Host-whysaid-sign-in" : `whysaid-sign-in-${options.port}`;
  }

  /** `GET /auth/login`: off to the provider. */
  async begin(context: Context): Promise<Response> {
    const { settings, isSecure, now, url } = this.#options;
    try {
      const client = await import("openid-client");
      const provider = await this.#discovered();
      const begun: Begun = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier(), to: ownPath(context.req.query("to")), untilMs: now() + BEGUN_MS };
      // Lax: the provider sends the browser back from its own site. The session's own cookie stays strict.
      await setSignedCookie(context, this.#cookie, Buffer.from(JSON.stringify(begun)).toString("base64url"), this.#key, { path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure, maxAge: BEGUN_MS / 1000 });
      const target = client.buildAuthorizationUrl(provider, {
        redirect_uri: `${url()}${CALLBACK_PATH}`,
        scope: settings.scope,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: "S256",
      });
      return context.redirect(target.href, 303);
    } catch (error) {
      this.#options.onProblem(error);
      return refusal(503, "NOT_SIGNED_IN", "the sign-in provider does not answer", "Try again; the server's log says what is wrong.", { "retry-after": "5" });
    }
  }

  /** `GET /auth/callback`: back from it, once. */
  async finish(context: Context): Promise<Response> {
    const { settings, sessions, isSecure, now, url } = this.#options;
    const begun = await this.#begun(context);
    deleteCookie(context, this.#cookie, { path: "/", secure: isSecure });
    if (begun === null) return this.#refused("nobody", "the sign-in was not begun in this browser, or too long ago");
    let claims: Readonly<Record<string, unknown>>;
    try {
      const client = await import("openid-client");
      const provider = await this.#discovered();
      const back = new URL(`${url()}${CALLBACK_PATH}${new URL(context.req.url).search}`);
      const tokens = await client.authorizationCodeGrant(provider, back, { pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce, idTokenExpected: true });
      const said = tokens.claims();
      if (said === undefined) throw new TypeError("no ID token");
      // Many providers tell groups only when they are asked.
      claims = settings.claim in said ? said : { ...said, ...(await client.fetchUserInfo(provider, tokens.access_token, said.sub)) };
    } catch (error) {
      this.#options.onProblem(error);
      return this.#refused("nobody", "the sign-in did not succeed");
    }
    const actor = actorOf(claims);
    const grant = grantIn(claims[settings.claim], settings.roles);
    if (grant === null) return this.#refused(actor, "this account has no role here");
    this.#audit(actor, `${grant.role} in ${grant.project}`, "signed in");
    await sessions.begin(context, { actor, ...grant }, now());
    return context.redirect(begun.to, 303);
  }

  async #begun(context: Context): Promise<Begun | null> {
    const value = await getSignedCookie(context, this.#key, this.#cookie);
    if (typeof value !== "string") return null;
    try {
      const begun = JSON.parse(Buffer.from(value, "base64url").toString()) as Begun;
      return begun.untilMs > this.#options.now() ? begun : null;
    } catch {
      return null;
    }
  }

  #refused(actor: string, sentence: string): Response {
    this.#audit(actor, "refused", sentence);
    return refusal(403, "NOT_SIGNED_IN", sentence, `Open ${SIGN_IN_PATH} to try again, or ask who runs this server for a role.`);
  }

  #audit(actor: string, about: string, reason: string): void {
    new AuditLog(this.#options.directory).append({ atMs: this.#options.now(), actor, action: "sign-in", about, reason, details: {} });
  }

  /** Once; again after a failure. */
  #discovered(): Promise<Configuration> {
    this.#provider ??= this.#discover().catch((cause: unknown) => {
      this.#provider = null;
      throw cause;
    });
    return this.#provider;
  }
  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#options.settings;
    const client = await import("openid-client");
    const server = new URL(issuer);
    // Without TLS only to this machine: for trying it out.
    const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(server.hostname);
    const auth = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    return client.discovery(server, clientId, clientSecret, auth, isHere ? { execute: [client.allowInsecureRequests] } : undefined);
  }
}

function actorOf(claims: Readonly<Record<string, unknown>>): string {
  const { email, email_verified: isVerified, sub } = claims;
  return typeof email === "string" && isVerified !== false && /^[^\s\p{C}]{3,200}$/u.test(email) ? email : `account ${createHmac("sha256", "sub").update(String(sub)).digest("hex").slice(0, 12)}`;
}

function grantIn(said: unknown, granted: SignInSettings["roles"]): Grant | null {
  const words = (Array.isArray(said) ? said : [said]).filter((word): word is string => typeof word === "string");
  const grants = words.flatMap((word) => (Object.hasOwn(granted, word) ? [grantOf(granted[word] ?? "")] : [])).filter((grant) => grant !== null);
  return grants.sort((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))[0] ?? null;
}

/** Where to go afterwards: a path of ours, nothing that a browser would read as another site. */
const ownPath = (to: string | undefined): string => (to !== undefined && /^\/(?![/\\])[\w\-./?=&%~:]*$/.test(to) ? to : "/");
