/** Reading JSON of somebody else: a field of another type than it should have is absent. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
export const string = (value: unknown): string | null => (typeof value === "string" ? value : null);
export const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
/** Elements that are no objects, or that `read` gives null for, are left out; null when it is no array. */
export const list = <T>(value: unknown, read: (fields: Fields, index: number) => T | null): readonly T[] | null =>
  Array.isArray(value) ? value.flatMap((one: unknown, index) => (isFields(one) ? (read(one, index) ?? []) : [])) : null;
