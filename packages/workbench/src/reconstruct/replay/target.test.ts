/** Where a replay may go. */
import { expect, test } from "vitest";
import { checkedTarget, targetUrl } from "./target.ts";

const refused = { code: "REPLAY_TARGET_REFUSED" };

test.each(["http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://[::ffff:169.254.169.254]/v1", "http://[fd00:ec2::254]/"])("%s is refused, whatever is allowed", async (url) => {
  await expect(checkedTarget(new URL(url), { base: url, allowLoopback: true })).rejects.toMatchObject(refused);
});
test("this machine must be named or allowed", async () => {
  const url = new URL("http://127.0.0.1:9/v1");
  await expect(checkedTarget(url, { base: null, allowLoopback: false })).rejects.toMatchObject(refused);
  await expect(checkedTarget(url, { base: url.href, allowLoopback: false })).resolves.toMatchObject({ address: "127.0.0.1" });
});
test("a base URL's path is joined where it overlaps", () => {
  expect(targetUrl("https://a.example/v1/chat/completions", "http://b.example/v1").pathname).toBe("/v1/chat/completions");
  expect(targetUrl("https://a.example/v1/chat/completions", "http://b.example/llm/v1/").pathname).toBe("/llm/v1/chat/completions");
  expect(() => targetUrl("file:///etc/passwd", null)).toThrow(/no http/);
});
