/** How a command ends, as a number (docs/cli.md). */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  /** Found, but incomplete; or something checked failed. */
  incomplete: 4,
  notAllowed: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byErrorCode: Readonly<Record<string, ExitCode>> = {
  USAGE: exitCodes.usage,
  CONFIG_UNREADABLE: exitCodes.usage,
  FILE_UNREADABLE: exitCodes.usage,
  FILE_UNWRITABLE: exitCodes.usage,
  IMPORT_UNREADABLE: exitCodes.usage,
  IMAGE_UNREADABLE: exitCodes.usage,
  TRACE_AMBIGUOUS: exitCodes.usage,
  OPTIONS_INVALID: exitCodes.usage,
  REASON_MISSING: exitCodes.usage,
  SUBJECT_AMBIGUOUS: exitCodes.usage,
  SUBJECT_NOT_FOUND: exitCodes.notFound,
  VAULT_MISSING: exitCodes.notFound,
  NOT_ALLOWED: exitCodes.notAllowed,
  HELD: exitCodes.notAllowed,
  SERVER_ADDRESS_REFUSED: exitCodes.notAllowed,
  SERVER_PORT_TAKEN: exitCodes.usage,
  REPLAY_INPUT_MISSING: exitCodes.notFound,
  REPARSE_MODULE_UNUSABLE: exitCodes.usage,
  REPLAY_CHANGE_IMPOSSIBLE: exitCodes.usage,
  REPLAY_TARGET_REFUSED: exitCodes.notAllowed,
  ALERT_TARGET_REFUSED: exitCodes.notAllowed,
  REPLAY_OVER_CAP: exitCodes.notAllowed,
  REPLAY_KEY_MISSING: exitCodes.notAllowed,
  DIRECTORY_NOT_FOUND: exitCodes.notFound,
  ISSUE_NOT_FOUND: exitCodes.notFound,
  TRACE_NOT_FOUND: exitCodes.notFound,
  NOT_FOUND: exitCodes.notFound,
  CASE_NOT_FOUND: exitCodes.notFound,
  RUN_NOT_FOUND: exitCodes.notFound,
  CASE_AMBIGUOUS: exitCodes.usage,
  CASES_UNREADABLE: exitCodes.usage,
  CASE_MODULE_UNUSABLE: exitCodes.usage,
};
export const exitCodeOf = (errorCode: string): ExitCode => byErrorCode[errorCode] ?? exitCodes.unexpected;
