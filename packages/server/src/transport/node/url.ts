/** Path and query of a request, both escaped as they came. */
export function splitUrl(url = "/"): [path: string, query: string] {
  const mark = url.indexOf("?");
  return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
