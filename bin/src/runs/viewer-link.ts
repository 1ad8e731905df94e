/** Where the web viewer shows an execution: `logs` below its address, with the id as the only query. */
export function viewerLink(webUrl: string, executionId: string): string {
  const url = new URL(webUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/logs`;
  url.search = new URLSearchParams({ execution_id: executionId }).toString();
  return url.href;
}
