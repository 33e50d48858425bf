/** The face of `@whysaid/recorder/replay`: recorded cases run again, for test runners. */
export { networkIsAllowed, openReplay, type Replay, type ReplaySeams } from "./capture/replay.ts";
