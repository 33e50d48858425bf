/** How the server says no: the same JSON as the command line's errors, never with anything recorded in it. */
import { WhysaidError } from "@whysaid/recorder/format";

export function refusal(status: number, code: string, sentence: string, fix: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ error: { code, sentence, fix } }, { status, headers: { "cache-control": "no-store", ...headers } });
}

const statusOf: Readonly<Record<string, number>> = {
  TRACE_NOT_FOUND: 404,
  TRACE_AMBIGUOUS: 409,
  DIRECTORY_NOT_FOUND: 404,
  SUBJECT_NOT_FOUND: 404,
  SUBJECT_AMBIGUOUS: 409,
  VAULT_MISSING: 404,
  CASE_NOT_FOUND: 404,
  CASE_AMBIGUOUS: 409,
  CASE_CHANGED: 409,
  CASE_BUSY: 503,
  NOT_FOUND: 404,
  REPLAY_INPUT_MISSING: 409,
  REPLAY_CHANGE_IMPOSSIBLE: 400,
  REPLAY_TARGET_REFUSED: 409,
  REPLAY_OVER_CAP: 409,
  REPLAY_KEY_MISSING: 409,
  REPLAY_UNREACHABLE: 502,
  REPLAY_OFF: 409,
  USAGE: 400,
  REQUEST_INVALID: 400,
  REASON_MISSING: 400,
  NOT_ALLOWED: 403,
  HELD: 409,
  REQUEST_TOO_LARGE: 413,
  STORE_LOCKED: 503,
  AUDIT_UNWRITABLE: 503,
};

/** What an error is answered with: ours by its code, a defect by its kind alone (its message may quote what was read). */
export function refusalOf(error: unknown): Response {
  if (!(error instanceof WhysaidError)) return refusal(500, "UNEXPECTED", "something unexpected happened", "This is a defect of whysaid: the server's log has its stack.");
  const status = statusOf[error.code] ?? 500;
  return refusal(status, error.code, error.message, error.fix, status === 503 ? { "retry-after": "1" } : {});
}
