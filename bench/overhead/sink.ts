/** Where the peers' exporters send to: a server in a process of its own that takes everything and says yes. Prints its URL, ends with its stdin. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json" });
    // What LangSmith and Braintrust ask about the server before they send.
    response.end(JSON.stringify({ id: "00000000-0000-4000-8000-000000000000", batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520, scale_up_qsize_trigger: 1000, scale_up_nthreads_limit: 16, scale_down_nempty_trigger: 4 }, org_info: [{ id: "org", name: "bench", api_url: `http://${request.headers.host ?? ""}` }], project: { id: "00000000-0000-4000-8000-000000000000", name: "bench" }, ids: [] }));
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on("end", () => process.exit(0));
