/** A request to a Function URL, as Lambda passes it: payload format 2.0. */
export interface FunctionUrlEvent {
  rawPath: string;
  rawQueryString?: string;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: {
    domainName?: string;
    http: { method: string; sourceIp?: string };
  };
}

export interface FunctionUrlResult {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

export function toRequest(event: FunctionUrlEvent): Request {
  const { rawPath, rawQueryString, headers = {}, body, isBase64Encoded, requestContext } = event;
  const { domainName = 'localhost', http } = requestContext;
  const host = headers.host ?? domainName;
  const url = `https://${host}${rawPath}${rawQueryString ? `?${rawQueryString}` : ''}`;
  const hasBody = body !== undefined && http.method !== 'GET' && http.method !== 'HEAD';
  return new Request(url, {
    method: http.method,
    headers,
    ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
}

export async function toResult(response: Response): Promise<FunctionUrlResult> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString();
  // Bytes that are no text would be replaced on their way through JSON.
  const isText = Buffer.byteLength(text) === bytes.length && !text.includes('\ufffd');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: isText ? text : bytes.toString('base64'),
    isBase64Encoded: !isText,
  };
}
