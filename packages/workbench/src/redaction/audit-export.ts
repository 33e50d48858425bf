/** That recordings left, before they do: who, what, in which form, how much. */
import { AuditLog } from "./audit.ts";

export interface Export {
  /** `.whysaid`. */
  readonly directory: string;
  /** A trace id, or what was chosen: `feature dose-summary`. */
  readonly about: string;
  readonly actor: string;
  /** What it left as, e.g. `bundle html`; never recorded text. */
  readonly form: string;
  readonly atMs: number;
  readonly details: Readonly<Record<string, number>>;
}

/** @throws WhysaidError `AUDIT_UNWRITABLE`, `KEY_UNREADABLE`: nothing leaves then */
export function auditExport({ directory, form, ...entry }: Export): void {
  new AuditLog(directory).append({ ...entry, action: "export", reason: form });
}
