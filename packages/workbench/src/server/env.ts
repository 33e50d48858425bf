/** What one request carries through the server beside itself. */
export interface Env {
  readonly Variables: {
    /** Of this answer's Content-Security-Policy. */
    nonce: string;
    /** The pattern of the route that answers, for log and metrics: never the path as it came. */
    route: string;
  };
}
