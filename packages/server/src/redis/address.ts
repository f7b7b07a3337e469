/** A Redis (or Valkey), as an operator names it. */
export interface RedisAddress {
  readonly kind: "standalone" | "cluster" | "sentinel";
  /** One for a standalone Redis; else those that are asked first for the others. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Which of its databases; a Redis Cluster has one. */
  readonly database: number;
  /** The name of the master, for Sentinel. */
  readonly master: string | undefined;
}

const kinds: Readonly<Record<string, Pick<RedisAddress, "kind" | "tls">>> = {
  redis: { kind: "standalone", tls: false },
  rediss: { kind: "standalone", tls: true },
  "redis-cluster": { kind: "cluster", tls: false },
  "rediss-cluster": { kind: "cluster", tls: true },
  "redis-sentinel": { kind: "sentinel", tls: false },
  "rediss-sentinel": { kind: "sentinel", tls: true },
};

const usualPort = { standalone: 6379, cluster: 6379, sentinel: 26_379 };

const shape =
  /^(?<scheme>[a-z-]+):\/\/(?:(?<username>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^/?#]*))?$/;

/**
 * Reads `redis://host:6379/0`, `redis-cluster://host:7000,host:7001` or `redis-sentinel://host:26379,host/master`, each with
 * `rediss` for TLS and `user:password@` before the hosts, percent-encoded.
 *
 * @returns `undefined` if it is none of them
 */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const { scheme = "", username, password, hosts = "", path = "" } = shape.exec(text)?.groups ?? {};
  const kind = Object.hasOwn(kinds, scheme) ? kinds[scheme] : undefined;
  if (!kind || !isDecodable(text)) return undefined;
  const named = hosts.split(",").map((host) => parseHost(host, usualPort[kind.kind]));
  if (named.includes(undefined)) return undefined;
  if (kind.kind === "standalone" && (named.length > 1 || !/^\d{0,4}$/.test(path))) return undefined;
  if (kind.kind === "cluster" && path !== "") return undefined;
  if (kind.kind === "sentinel" && path === "") return undefined;
  return {
    ...kind,
    hosts: named.filter((host) => host !== undefined),
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    database: kind.kind === "standalone" ? Number(path) : 0,
    master: kind.kind === "sentinel" ? decodeURIComponent(path) : undefined,
  };
}

function parseHost(text: string, usual: number): { host: string; port: number } | undefined {
  const { six, four, port } =
    /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<four>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const host = six ?? four;
  const number = port === undefined ? usual : Number(port);
  return host === undefined || number > 65_535 ? undefined : { host, port: number };
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}
