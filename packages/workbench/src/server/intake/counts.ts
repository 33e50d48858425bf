/** What arrived and what became of it, since the server started. Shown by `/metrics` and `/api/deliveries`. */
export interface DeliveryCounts {
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly gaps: number;
  /** Parts whose texts had to be asked for. */
  readonly asked: number;
  /** Transactions, and works refused because they can't be read. */
  readonly commits: number;
  readonly unreadable: number;
}
export const noCounts: DeliveryCounts = { stored: 0, duplicates: 0, quarantined: 0, gaps: 0, asked: 0, commits: 0, unreadable: 0 };
