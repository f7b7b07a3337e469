/**
 * The address of the caller behind proxies of your own: each adds to `X-Forwarded-For` the address that it was called from. What stands
 * before those is the caller's word, and counts for nothing.
 *
 * @param proxies how many there are
 */
export function forwardedAddress(proxies: number): (request: Request) => string | undefined {
  if (!Number.isInteger(proxies) || proxies < 1)
    throw new Error("proxies is how many of your own stand before the app: 1 or more");
  return ({ headers }) => {
    const addresses = (headers.get("x-forwarded-for") ?? "").split(",").map((one) => one.trim());
    return addresses.at(-proxies) || undefined;
  };
}
