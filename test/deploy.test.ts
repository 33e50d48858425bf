/** The deploy files as far as they can be checked without a container engine: they parse, name what there is, and every `whysaid` command in them is one the program understands. docs/operate.md says what that leaves out. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DCLinter } from "dclint";
import { DockerfileParser } from "dockerfile-ast";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseCommandLine } from "../packages/workbench/src/cli/arguments.ts";

const folder = new URL("../deploy/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
type Fields = Readonly<Record<string, unknown>>;
const isUnderstood = (argv: readonly string[]): boolean => parseCommandLine(argv).kind === "run";

test("the Dockerfile parses, ends as an unprivileged user, and starts commands there are", () => {
  const dockerfile = DockerfileParser.parse(read("Dockerfile"));
  const instructions = dockerfile.getInstructions().map((one) => [one.getKeyword(), one.getArgumentsContent() ?? ""] as const);
  expect(instructions.filter(([keyword]) => !["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"].includes(keyword))).toEqual([]);
  const last = (keyword: string): string => instructions.findLast(([one]) => one === keyword)?.[1] ?? "";
  expect(last("USER")).toBe("node");
  expect(JSON.parse(last("ENTRYPOINT"))).toEqual(["whysaid"]);
  expect(isUnderstood(JSON.parse(last("CMD")) as string[])).toBe(true);
  // Workspaces that are packed are there.
  for (const [, name = ""] of read("Dockerfile").matchAll(/--workspace (\S+)/g)) expect(existsSync(new URL(`../${name}/package.json`, folder))).toBe(true);
});

test("the compose file starts server and ClickHouse, gives nobody more than they need, and publishes on this machine only", () => {
  const { services, volumes } = parse(read("compose.yaml")) as { services: Readonly<Record<string, Fields>>; volumes: Fields };
  expect(Object.keys(services)).toEqual(["whysaid", "migrate", "clickhouse"]);
  for (const service of Object.values(services)) {
    for (const volume of (service["volumes"] ?? []) as string[]) expect(Object.keys(volumes)).toContain(volume.split(":")[0]);
    for (const needed of Object.keys((service["depends_on"] ?? {}) as Fields)) expect(Object.keys(services)).toContain(needed);
    for (const port of (service["ports"] ?? []) as string[]) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
  for (const name of ["whysaid", "migrate"]) expect(isUnderstood(services[name]?.["command"] as string[])).toBe(true);
  expect(services["whysaid"]).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
  expect(services["clickhouse"]).toHaveProperty("healthcheck");
});

test("the compose file is one by the Compose Specification's own schema, and a misspelt key would not be", () => {
  const folders = mkdtempSync(join(tmpdir(), "whysaid-compose-"));
  const faultsOf = (text: string): readonly string[] => {
    const path = join(folders, "compose.yaml");
    writeFileSync(path, text);
    // How keys are ordered and quoted is not what this is about.
    // Its own types name modules without their endings, which Node's resolution does not find.
    const results = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] }).lintFiles([path], false) as readonly { readonly messages: readonly { readonly rule: string; readonly message: string }[] }[];
    const messages = results.flatMap((one) => one.messages);
    return messages.filter(({ rule }) => rule.startsWith("invalid")).map(({ message }) => message);
  };
  expect(faultsOf(read("compose.yaml"))).toEqual([]);
  expect(faultsOf(read("compose.yaml").replace("read_only:", "readonly:"))).toEqual([expect.stringContaining("additional properties")]);
  expect(faultsOf(read("compose.yaml").replace("retries: 12", "retries: [12]"))).toEqual([expect.stringContaining("healthcheck/retries")]);
  rmSync(folders, { recursive: true });
});

test("the chart's templates render with its values to the objects they should be", () => {
  const chart = "helm/whysaid/";
  expect(parse(read(`${chart}Chart.yaml`))).toMatchObject({ apiVersion: "v2", name: "whysaid" });
  const values = parse(read(`${chart}values.yaml`)) as Fields;
  const templates = readdirSync(fileURLToPath(new URL(`${chart}templates/`, folder)));
  const objects = templates.flatMap((name) => parseAllDocuments(rendered(read(`${chart}templates/${name}`), values)).map((document) => {
    expect([name, document.errors]).toEqual([name, []]);
    return document.toJS() as Fields;
  }));
  expect(objects.map(({ kind, metadata }) => `${String(kind)} ${(metadata as { name: string }).name}`).sort()).toEqual(["Deployment demo-server", "PersistentVolumeClaim demo-server", "Service demo-clickhouse", "Service demo-server", "StatefulSet demo-clickhouse"]);
  const server = objects.find(({ kind }) => kind === "Deployment") as { spec: { template: { spec: { containers: { args: string[]; securityContext: Fields }[]; initContainers: { args?: string[]; securityContext: Fields }[] } } } };
  const { containers, initContainers } = server.spec.template.spec;
  expect([...containers, ...initContainers].flatMap(({ args = [] }) => (args.length === 0 || isUnderstood(args) ? [] : [args]))).toEqual([]);
  for (const { securityContext } of [...containers, ...initContainers]) expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
});

/** Our templates hold `{{ .Values.… }}` and `{{ .Release.Name }}`, nothing else of Helm's language: anything else fails here. */
function rendered(template: string, values: Fields): string {
  return template.replaceAll(/\{\{ ([^}]+) \}\}/g, (_whole, path: string) => {
    const [, root, ...keys] = path.split(".");
    if (root === "Release" && keys.join() === "Name") return "demo";
    const value = root === "Values" ? keys.reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], values) : undefined;
    if (typeof value !== "string" && typeof value !== "number") throw new Error(`the template names ${path}, which values.yaml has not`);
    return String(value);
  });
}
