/** The nodes that answer as one. */
export interface ClusterSettings {
  /** The URL of the Redis that they share; empty for a node that is alone. */
  readonly redis: string;
  /** Nodes of one name are one cluster; several share a Redis. */
  readonly name: string;
  /** After so long a silence a node counts as dead. */
  readonly leaseSeconds: number;
}
