/** A recorded exchange of the corpus, as far as it is replayed. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly api: string;
  readonly path: string;
  readonly stream: boolean;
  readonly request_body: string;
  readonly request_body_exact: boolean;
  readonly response_status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response_body_raw: string;
  readonly response_body_encoding: "utf8" | "base64";
  readonly response_body_exact: boolean;
}
export const responseBytes = (exchange: Exchange): Buffer => Buffer.from(exchange.response_body_raw, exchange.response_body_encoding);
