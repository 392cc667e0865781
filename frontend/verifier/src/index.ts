// Checks STRP certificates without a network.

export type { HeldList, ListEntry, Period, ReadOptions, TrustBundle } from "./bundle.ts";
export { BundleError, readBundle, replaces } from "./bundle.ts";
export type { Bytes } from "./bytes.ts";
export type { Claims } from "./certificate.ts";
export type { Admits, CheckpointRule, CheckpointWindow, Form, Shown, ShownNow } from "./checkpoint.ts";
export { ruleAt, shownAt, windowAt } from "./checkpoint.ts";
export type { Document, Group, Guide } from "./guide.ts";
export type { VerifyingKey } from "./keys.ts";
export type { ReasonCode } from "./reasons.ts";
export { dayText } from "./reasons.ts";
export type { Sentence } from "./sentence.ts";
export { readSerial } from "./serial.ts";
export type { Status, StatusList } from "./status-list.ts";
export { statusAt } from "./status-list.ts";
export { PREFIX } from "./text.ts";
export type { Inspection, Verdict } from "./verify.ts";
export { UnknownCheckpoint, verifyText } from "./verify.ts";
