/** Why a server cannot listen: one line for an operator. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  /** The system's own name for it, such as EADDRINUSE. */
  readonly code: string;

  constructor(code: string, { host, port }: { host: string; port: number }) {
    super(sentence(code, host, port));
    this.code = code;
  }
}

function sentence(code: string, host: string, port: number): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use`;
    case "EADDRNOTAVAIL":
      return `${host} is not an address of this machine`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is not a name of this machine`;
    case "EACCES":
      return `Port ${port} on ${host} needs rights that this process does not have`;
    default:
      return `The server cannot listen on port ${port} of ${host} (${code})`;
  }
}
