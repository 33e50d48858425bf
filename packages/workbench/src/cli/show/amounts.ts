/** Amounts and times under the name the commands know them by. */
export { ago, count, duration, time, whyMissing } from "../../marks/amounts.ts";
