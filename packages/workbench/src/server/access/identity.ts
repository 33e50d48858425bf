/** Who sent a request, told by its key or its session. Routes see this and nothing of either. */
import type { Role } from "./rights.ts";

export interface Identity {
  /** For logs and the audit: `key 3f9a (ward app)`, an account, an address from the sign-in. */
  readonly actor: string;
  readonly role: Role;
  /** The project whose recordings it sees; every key and session has exactly one. */
  readonly project: string;
  readonly by: "key" | "session" | "loopback";
}
