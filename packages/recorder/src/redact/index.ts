/** The face of `@whysaid/recorder/redact`. */
export { declaredFromFhir, declaredFromFields, declaredFromHl7 } from "./declared/mappers.ts";
export { KEY_BYTES, derivedKey, keyIdOf, readKey, type KeySource } from "./keys.ts";
export type { OwnDetector, OwnSpan } from "./own.ts";
export type { Linkability } from "./pseudonyms.ts";
export { createRedactor, type ExplainingRedactor, type RedactorOptions } from "./redact.ts";
export type { Declared, DeclaredPerson, RedactionScope, Redactor, Where } from "./redactor.ts";
export { redactionOff } from "./off.ts";
export type { Explained, Scope } from "./scope.ts";
export { presets, type PresetName } from "./structure/presets.ts";
export type { Pack, Policy, Rule } from "./structure/policy.ts";
export type { Span } from "./detect/span.ts";
export { openVault, type Erasure, type Vault, type VaultOptions } from "./vault/open.ts";
export { trailOf, type Trail, type TrailOptions } from "./trail.ts";
