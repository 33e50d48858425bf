/** Reading JSON that others wrote: a field of another type than it should have is absent. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
export const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
export const count = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
export const objects = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
/** Members that are strings. */
export const strings = (value: unknown): readonly (readonly [string, string])[] => (isFields(value) ? Object.entries(value).flatMap(([key, one]) => (typeof one === "string" ? [[key, one] as const] : [])) : []);
