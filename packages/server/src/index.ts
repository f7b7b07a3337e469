export { type Cancel, type Clock, systemClock } from "./clock.ts";
export { type AppInput, ConfigError, type ConfigInput } from "./config/config.ts";
export { type Log, silentLog } from "./log.ts";
export { createServer, type Listening, type Server, type ServerParts } from "./server.ts";
export { ListenError } from "./transport/listen-error.ts";
