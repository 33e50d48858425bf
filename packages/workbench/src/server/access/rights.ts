/** Who may do what. A key or a session has one role; a route asks for one right. */
export const roles = ["ingest", "read", "reveal", "admin"] as const;
export type Role = (typeof roles)[number];
export type Right = Role;

/** `ingest` appends and can't read; `read` sees pseudonyms only; `reveal` sees originals too, one trace at a time; `admin` may do all and manage keys. */
const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  ingest: ["ingest"],
  read: ["read"],
  reveal: ["read", "reveal"],
  admin: ["ingest", "read", "reveal", "admin"],
};
export const mayDo = (role: Role, right: Right): boolean => rightsOf[role].includes(right);
export const rightsOfRole = (role: Role): readonly Right[] => rightsOf[role];
export const isRole = (word: unknown): word is Role => (roles as readonly unknown[]).includes(word);
