export type { ChannelAuthorizationCallback as AuthorizerCallback } from "./authorize.ts";
export type { Connection as ConnectionManager } from "./connection.ts";
export * from "./core.ts";
export type {
  Authorizer,
  ChannelAuthorizerGenerator,
  ChannelAuthorizerGenerator as AuthorizerGenerator,
  ClusterOptions,
  DeprecatedAuthOptions,
  DeprecatedAuthOptions as AuthOptions,
  DeprecatedAuthorizerOptions,
  DropInOptions as Options,
} from "./drop-in.ts";
// What `require` gives is exported under the last name: the class itself.
export { DropIn as default, DropIn as Pusher, DropIn as Usher, DropIn as "module.exports" } from "./drop-in.ts";
