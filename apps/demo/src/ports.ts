/** The ports of the demo and the environment variables that move them. */
export interface Ports {
  readonly channels: number;
  readonly demo: number;
}

/** A port that cannot be used, said in one line that ends with what to do. */
export class PortError extends Error {
  override readonly name = "PortError";
}

/**
 * Reads USHER_PORT and DEMO_PORT.
 *
 * @throws PortError if one is no port
 */
export function readPorts(environment: NodeJS.ProcessEnv): Ports {
  return { channels: readPort(environment, "USHER_PORT", 6001), demo: readPort(environment, "DEMO_PORT", 3000) };
}

function readPort(environment: NodeJS.ProcessEnv, name: string, normally: number): number {
  const text = environment[name];
  if (!text) return normally;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new PortError(`${name} is ${JSON.stringify(text)}, and a port is a number from 1 to 65535`);
}

/** Waits for something to listen; what hinders it becomes a PortError that names the way out. */
export async function listening<Result>(work: Promise<Result>, port: number, variable: string): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw cause;
    const fault = code === "EACCES" ? "is not yours to open" : "is in use";
    const other = port < 65_535 && port >= 1024 ? port + 1 : 8080;
    throw new PortError(`Port ${port} ${fault}. Choose another one: ${variable}=${other} npm start`, { cause });
  }
}
