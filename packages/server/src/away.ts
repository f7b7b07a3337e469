/** The other nodes of the cluster, or what they share, cannot be reached now; what was asked may have been done all the same. */
export class ClusterAway extends Error {
  override readonly name = "ClusterAway";

  constructor(cause: unknown) {
    super(`the store of the cluster is away: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
