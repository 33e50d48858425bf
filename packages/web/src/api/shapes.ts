/** The shapes the pages share with the workbench: types only. */
export type {
  ActionSignal,
  ChunkSignal,
  Finding,
  Gap,
  Generation,
  Message,
  Part,
  ParsedSignal,
  Provenance,
  Reconstruction,
  Signal,
  Step,
  ToolCallSignal,
  ValidationSignal,
  ValueOrigin,
} from "@whysaid/recorder/format";
export type { TraceRow } from "../../../workbench/src/store/store.ts";
export type { Difference } from "../../../workbench/src/reconstruct/differences.ts";
export type { CondensedStory, SentText } from "../../../workbench/src/reconstruct/condense.ts";
export type { Run } from "../../../workbench/src/reconstruct/replay/runs.ts";
export type { CaseHead, CaseStatus } from "../../../workbench/src/cases/case.ts";
export type { KeptReparse, KeptCell } from "../../../workbench/src/replay/reparse-feature.ts";
export type { BeforeAnswer } from "../../../workbench/src/replay/replay-trace.ts";
export type { AccessKey } from "../../../workbench/src/server/access/keys.ts";
export type { Role } from "../../../workbench/src/server/access/rights.ts";
export type { DriftReport } from "../../../workbench/src/gate/drift.ts";
export type { GateReport } from "../../../workbench/src/gate/gate.ts";
export type { Figure } from "../../../workbench/src/gate/rates.ts";
export type { Issue } from "../../../workbench/src/issues/issues.ts";
export type { Found, Match } from "../../../workbench/src/find/find.ts";
export type { FoundInImage } from "../../../workbench/src/find/regions.ts";
