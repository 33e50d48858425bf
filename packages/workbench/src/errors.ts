/** Every error code of the workbench, beside the recorder's own in `@whysaid/recorder/format`. A test checks that docs/errors.md explains each. */
export const workbenchErrorCodes = [
  // store
  "STORE_DAMAGED",
  "STORE_LOCKED",
  "STORE_NEWER_VERSION",
  "STORE_UNREADABLE",
  "STORE_KEY_UNREADABLE",
  "STORE_KEY_MISMATCH",
  "STORE_UNREACHABLE",
  "STORE_REFUSED",
  "STORE_NOT_MIGRATED",
  "TEXT_LOST",
  // find
  "IMAGE_UNREADABLE",
  // import
  "IMPORT_UNREADABLE",
  // export
  "EXPORT_REFUSED",
  // command line
  "USAGE",
  "CONFIG_UNREADABLE",
  "DIRECTORY_NOT_FOUND",
  "FILE_UNREADABLE",
  "FILE_UNWRITABLE",
  "ISSUE_NOT_FOUND",
  "TRACE_NOT_FOUND",
  "TRACE_AMBIGUOUS",
  "NOT_INSTALLED",
  // originals: reveal, erase, audit
  "NOT_ALLOWED",
  "REASON_MISSING",
  "SUBJECT_NOT_FOUND",
  "SUBJECT_AMBIGUOUS",
  "AUDIT_UNWRITABLE",
  "HELD",
  "RETENTION_FAILED",
  // replay, reparse
  "REPLAY_INPUT_MISSING",
  "REPLAY_CHANGE_IMPOSSIBLE",
  "REPLAY_TARGET_REFUSED",
  "REPLAY_OVER_CAP",
  "REPLAY_KEY_MISSING",
  "REPLAY_UNREACHABLE",
  "REPLAY_OFF",
  "RUNS_UNWRITABLE",
  "REPARSE_MODULE_UNUSABLE",
  // cases
  "CASE_NOT_FOUND",
  "CASE_AMBIGUOUS",
  "CASE_BUSY",
  "CASE_CHANGED",
  "CASE_NOT_RECORDED",
  "CASE_NETWORK_REFUSED",
  "CASE_TIMED_OUT",
  "CASES_UNREADABLE",
  "CASE_MODULE_UNUSABLE",
  "RUN_NOT_FOUND",
  // alerts
  "ALERT_TARGET_REFUSED",
  "ALERT_NOT_DELIVERED",
  // server
  "SERVER_ADDRESS_REFUSED",
  "SERVER_PORT_TAKEN",
  "SERVER_UNREACHABLE",
  "ACCESS_KEYS_UNREADABLE",
  "REQUEST_INVALID",
  "REQUEST_REFUSED",
  "REQUEST_TOO_LARGE",
  "NOT_SIGNED_IN",
  "LOCKED_OUT",
  "NOT_FOUND",
] as const;
export type WorkbenchErrorCode = (typeof workbenchErrorCodes)[number];
