/** The recorder stays a package of the server, loaded once, instead of being bundled into each route. */
export default {
  serverExternalPackages: ["@whysaid/recorder"],
  // this repository only: its lock file is not the app's
  turbopack: { root: import.meta.dirname },
};
