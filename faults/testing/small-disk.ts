/** A file system of a few megabytes, where this process may mount one (root, or a user namespace of its own: the harness starts itself again in one). */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly path: string;
  readonly: (isReadonly: boolean) => void;
  remove(): void;
}

/**
 * @param kind  `tmpfs`, or `ext4` on a loop device: it hands freed blocks out again only after its own journal has committed
 * @returns     null where mounting is not permitted
 */
export function mountSmallDisk(kind: "tmpfs" | "ext4"): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), "whysaid-disk-"));
  const path = join(folder, "mounted");
  mkdirSync(path);
  if (!(kind === "tmpfs" ? mountTmpfs(path) : mountExt4(join(folder, "image"), path))) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    path,
    readonly: (isReadonly) => void spawnSync("mount", ["-o", `remount,${isReadonly ? "ro" : "rw"}`, path]),
    remove: () => {
      spawnSync("umount", [path]);
      rmSync(folder, { recursive: true });
    },
  };
}

const succeeds = (command: string, args: readonly string[]): boolean => spawnSync(command, args).status === 0;
const mountTmpfs = (path: string): boolean => succeeds("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", path]);

function mountExt4(image: string, path: string): boolean {
  writeFileSync(image, Buffer.alloc(8 * 1024 * 1024));
  return succeeds("mkfs.ext4", ["-q", "-m0", image]) && succeeds("mount", ["-o", "loop", image, path]);
}

/** Run this harness again where it may mount. @returns its exit code, or null when there is no such place */
export function againInOwnNamespace(): number | null {
  if (process.platform !== "linux" || process.env.WHYSAID_FAULTS_NAMESPACE !== undefined) return null;
  if (spawnSync("unshare", ["-rm", "true"]).status !== 0) return null;
  const again = spawnSync("unshare", ["-rm", process.execPath, ...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit", env: { ...process.env, WHYSAID_FAULTS_NAMESPACE: "1" } });
  return again.status ?? 1;
}
